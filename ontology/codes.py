"""Find where the issuer's code of a document number begins in the words before its year or serial.

Chinese does not separate words, so the code 赣财预 in 根据省财政厅赣财预 is recognised by the words that lead up to
a code and by the characters that open one. Words that cannot be a code, such as a street or a contract's label, are
refused.
"""

import re
from collections.abc import Sequence

from jixiao.ontology.numerals import FIGURES, ZEROS

# Words that lead up to a number, or end a title before it, and are not part of a code.
LEAD_INS = (
    "根据", "依据", "依照", "按照", "参照", "遵照", "对照", "以及", "贯彻", "落实", "执行", "转发",
    "印发", "下发", "颁发", "颁布", "发布", "公布", "关于", "详见", "参见", "结合", "符合",
    "通知", "意见", "办法", "规定", "方案", "决定", "条例", "细则", "文件", "文号", "字号",
    "精神", "要求", "的", "(试行)", "(暂行)", "(修订)", "(草案)",
)  # fmt: skip
# Verbs and conjunctions that stand before a number but also inside titles; titles are not cut after them.
_CODE_LEAD_INS = (
    "下达", "拨付", "收到", "接到", "上级", "同意", "批准", "批复", "审议", "通过", "制定", "出台", "实施", "遵循",
    "合同号", "证号", "严格", "认真", "其中", "包括", "编号", "编码", "为准", "已经", "经由", "安排", "配套",
    "依托", "明确",
)  # fmt: skip
# Characters that lead up to a number but also stand inside codes (沪经信, 津和财预): they count only in first place
# or after three others, and only before a character that opens a code.
SHORT_LEAD_INS = "见和及与或按据由经于在为以从对将"
PROVINCES = "京津沪渝冀晋蒙辽吉黑苏浙皖闽赣鲁豫鄂湘粤桂琼川蜀贵黔云滇藏陕甘青宁新港澳"
# Openings of codes and issuers: provinces, the centre, bodies by rank, Shanghai's districts, ministries, bureaus.
OPENINGS = (
    f"[{PROVINCES}国中上市区省县州"
    "松闵黄徐长静普虹杨宝嘉浦金奉崇财教科工民司人自环住交水农商文卫退应审税银建统体医林档海]|发改|公(?![告报函])"
)
# Bodies that may be spelled out directly before their code; 人社部发, 工信部联, 杭区委教办 are codes.
_BODIES = (
    r"政府|委员会|办公[厅室]|国务院|(?<=..)(?<!人社)(?<!工信)部"
    r"|(?:[市区县省州]|国家|中国|全国|中央)[^\W0-9]*?[局厅署院会委](?<=....)"
)
# Places and bodies before a code that opens with their own character: 平顶山市平财预, 教育厅皖教秘.
_LOCAL = r"(?:[^\W\d_]{1,8}?(?:政府|局|委员会|委|院|办|处|中心))?(?:办公[厅室])?"
_OF_A_PLACE = (
    rf"(?:(?P<place>[^\W\d_])[^\W\d_]{{1,3}}[市县区州]{_LOCAL}(?=(?P=place)[^\W\d_])"
    rf"|(?<=..)[省厅局](?=[{PROVINCES}]..))"
)
# Texts that are numbered under their issuer's name, not its code.
_BY_NAME = re.compile(r"(?:公告|通告|纪要|令)$")
_LEADS = (
    "|".join(map(re.escape, LEAD_INS + _CODE_LEAD_INS))
    + rf"|[0-9{ZEROS}{FIGURES}十]+[年月日号](?:起|前|后|以来)?|[0-9]|^[按据见依由为与及或在对以]"
    + rf"|(?:(?:^|(?<=...)(?<!共))[{SHORT_LEAD_INS}]|(?<=..)-)(?=(?:{OPENINGS}).)"
)
_REST = r"(?=.)(?![^(]*\))"  # characters remain, and brackets stay paired
# A local body spelled out before a central one, which issues numbers alone: 某市财政局国家税务总局公告.
_LOCAL_BODY = r"[市区县省州][^\W0-9]*?(?:[局厅]|政府|委员会)(?=国家|国务院|中华|[^省市区县州]{2,9}部)"
_BEFORE_ISSUER = re.compile(rf"(?:{_LEADS}|{_LOCAL_BODY}){_REST}")
_BEFORE_CODE = re.compile(
    rf"(?:{_LEADS}|{_OF_A_PLACE}|(?:{_BODIES})(?=(?:{OPENINGS}).)|(?<=...)(?=沪|国发|国办|中发|中办)){_REST}"
)
_OPENING = re.compile(rf"(?:{OPENINGS}){_REST}")
# Ministries issue numbers jointly; a government, a committee of the Party and the State Council do so alone.
_JOINT_ISSUER = re.compile(
    r"(?<=..)(?:部|(?<![省市区县党常])委|委员会|[总省市区县]局|家.{2,12}局|税务局|监督局|署|银行|证监会|保监会)$"
)
_NO_CODE = re.compile(r"[第年月日路弄巷号证票楼室幢座层]$|(?:合同|协议|项目|专利|型号|第.期)$")
# Labels of numbers of contracts, tenders, licences and the like. 文件编号 and 批复编号 label documents.
_OTHER_LABEL = re.compile(
    r"(?:合同|协议|订单|采购|招标|投标|中标|标书|项目|案件|发票|证书?|资质|许可|登记|专利|产品|设备|审图|案)"
    r"(?:编号|编码|代码|号码|号)(?:[为是:]){0,2}\(?$|(?<!件)(?<!文)(?<!复)(?:编号|编码)(?:[为是:]){1,2}\(?$"
)
_LONGEST_CODE, _LONGEST_NAME = 14, 30
_STRICT = re.compile(rf"(?:{OPENINGS}).|.+(?:公告|通告|[发字函办规令])$")
_STRICTEST = re.compile(
    rf".+(?:公告|通告|[发字函办规])$|(?:[{PROVINCES}国].?)?(?:财[政预教社农行建综资企库金办]?|府|政|委|教|卫|人社|民)$"
)


def skipped(run: str, blanks: Sequence[int], *, by_name: bool) -> int:
    """Count the characters at the start of a run of words that lead up to its code.

    `blanks` are the places in the run that were printed with white space; `by_name` is true if the run holds an
    issuer's name (国务院令) instead of a code.
    """
    by_name = by_name or _BY_NAME.search(run) is not None
    # A blank separates words only after three characters: 沪 松府办 is one code.
    parted = (at for at in blanks if at >= 3 and _OPENING.match(run, at))
    count = max((at for at in parted if not (by_name and is_joint_issuer(run[:at]))), default=0)
    pattern = _BEFORE_ISSUER if by_name else _BEFORE_CODE
    while lead := pattern.search(run[count:]):
        count += lead.end()
    opened = re.match(r"(?:-|\(.*?\))+", run[count:])  # a code starts with a word
    return count + opened.end() if opened else count


def is_joint_issuer(words: str) -> bool:
    """Tell if the words end in the name of a body that issues orders and announcements jointly with others."""
    return _JOINT_ISSUER.search(words) is not None


def is_code(code: str) -> bool:
    """Tell if the text may be a code or an issuer, and not prose, a street or a label."""
    if (
        (len(code) < 2 and code != "国")
        or code in LEAD_INS
        or code in SHORT_LEAD_INS
        or not re.search(r"[^A-Z0-9()-]", code)
    ):
        return False
    longest = _LONGEST_NAME if _BY_NAME.search(code) else _LONGEST_CODE
    return len(code) <= longest and not _NO_CODE.search(code)


def is_labelled_otherwise(before: str) -> bool:
    """Tell if the text before a code labels the number as that of a contract, a tender or a licence."""
    return _OTHER_LABEL.search(before) is not None


def is_likely(code: str) -> bool:
    """Tell if the text is likely a code, unlike a magazine's name: 本刊2021年第3号 is not a document."""
    return _STRICT.match(code) is not None


def is_certain(code: str) -> bool:
    """Tell if the text is a code even without brackets or 年 to show that a year follows."""
    return _STRICTEST.fullmatch(code) is not None
