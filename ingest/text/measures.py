"""Define the words by which running text counts and measures: classifiers, measures, and words that rule out a count.

figures.py puts figures together; this module holds the words alone, as patterns.
"""

import re

from jixiao.ingest.values.targets import any_of


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# Units of counts and measures; years, days and money are left out.
_CLASSIFIERS = _words("""
    人次 场次 批次 班次 车次 架次 课时 学时 平方米 平方公里 立方米 公里 千米 公顷 公斤 千克 个 名 位 人
    家 户 次 场 期 本 册 份 篇 件 项 批 座 处 所 株 棵 盏 台 套 辆 艘 架 只 支 组 对 幅 块 间 栋 幢 亩
    米 吨 例 起 部 款 种 张 门 讲 头 匹 眼 片 颗 瓶 箱 袋 盒 卷 则 条
""")
# With a figure in Chinese characters, only units that do not occur in names such as 八项规定 and 二期.
_PLAIN = _words("""
    人次 公里 公顷 平方米 个 名 位 人 家 户 场 本 册 份 篇 座 处 所 株 棵 盏 台 套 辆 艘 只 幅 间 栋 幢
    亩 次
""")
# Units with fractions: 1350.5公里. All others count in whole numbers, or in ten thousands.
_PARTED = frozenset(_words("平方米 平方公里 立方米 公里 千米 公顷 公斤 千克 亩 米 吨"))


UNIT = rf"[万亿]?(?:{any_of(_CLASSIFIERS)})"
PLAIN_UNIT = rf"[万亿]?(?:{any_of(_PLAIN)})"
# Words that only begin like a classifier: 3项目, 5部门.
COMPOUNDS = frozenset(
    _words("""
    项目 部门 部分 部队 部署 门店 门类 门诊 名额 名单 名称 场所 场馆 场地 场景 场面 处理 处室 处罚 组织
    组长 组成 家庭 家具 家长 人民 人员 人大 人才 人均 位置 位于 次数 次序 次月 次年 期间 期限 期末 期初
    本级 本区 本市 本地 本年 本次 本项 条件 条例 条线 条款 件数 种类 种植 户籍 户外 户口 台账 台阶 支部
    支持 支出 支付 头条 个人 个性 个体 对象 对口 对比 对应 起步 起点 起重 起始 间隔 幅度 座谈 座位 套餐
    批复 批准 批发 所有 所属 所在 例会 例行 例如 则为 架构 架设 讲座 讲解 讲课 讲话 片区 片段 款项 张贴
    箱体 只有 只能 米饭 块状 组合 组建 组团 份额 本文 篇幅
""")
)

# A measure's last character, and the words that only end like one.
RATE = re.compile(r"(?:[率度]|占比|比例|比重|覆盖面)$")
NO_RATE = re.compile(r"(?:年|季|月|制|力|幅|额|再|一|跨|角|态|尺|调)度$")
# Words before a measure or thing that are not part of its name; removed if enough is left.
LEAD = re.compile(
    r"^(?:确保|保证|力争|争取|努力|实现|做到|达到|使得|其中|并且|以及|同时|要求|提高|提升|全年(?!度)|本年度?|年内|当年|今年|每年|"
    r"到?\d{4}年度?底?前?|目标\d{0,2}|总计|\s|[、:：.．\-—])+"
)
# Verbs after which the counted thing begins, anywhere in the clause.
VERB = re.compile(
    r"举办|召开|开展|组织|出版|编印|印刷|印发|采购|购买|购置|订购|征订|新建|新增|完成|发放|制作|建设|设立|建立|聘请|聘用|"
    r"选派|邀请|举行|承办|包含|包括|拥有|覆盖|惠及|资助|补助|补贴|发表|形成|编制|撰写|编写|安装|更换|添置|配备|派出|接待|"
    r"涉及|出动|发现|下辖|共有|现有|辖有|确保|保证|实现|达到|力争|计划|预计"
)
# Verbs that may be nouns, too: removed only at the start of a clause, if a countable thing is left.
OPENING_VERB = re.compile(
    r"^(?:培训|检修|修缮|修复|维护|养护|保护|管护|加固|改造|升级|硬化|绿化|亮化|服务|宣传|检查|整治|推广|大修|维修|清理|"
    r"巡查|审核|评审|调研|走访|慰问|帮扶|扶持|扶助|治理|建成|支持|奖励|表彰|培育|引进|引入|招聘|招募|抽检|抽查|保障)"
)
# Words too vague to stand alone: 培训班, 宣传活动 keep their verbs.
VAGUE = frozenset(
    _words("""
    活动 工作 人数 次数 会议 项目 任务 班级 课程 数量 对象 材料 资料 经费 内容 人员 机构 中心 设备 费用
    系统
""")
)
# Words between a measured or counted thing and its figure.
FILL = re.compile(
    r"(?:全年|一年|每年|年内|本年度?|共计|合计|总计|累计|总数|共|为|达到|达|至|到|有|数量|总|均|都|控制|保持|维持|稳定|在|力争|"
    r"(?:提[高升]|上升|增加|下降|降低)[至到]|\s|[:：])$"
)
# Right before a figure, and in its clause, these words rule out a count of the whole.
NO_COUNT_BEFORE = re.compile(
    r"(?:第|届|前|逢|同|另|分|[A-Za-z\d./~\-—–〔\[【])\s*$|(?:提升|提高|增加|增长|上升|下降|减少|降低|压减|缩短)了?\s*$|每(?!年)|[人户平]均|分别|各[^的]{0,4}$|之[一二三四五六七八九十]"
)
# After a figure, these words end the name of the counted thing.
STOP = re.compile(
    r"提供|进行|开展|参加|参与|(?<![党会团群])组织|实施|组成|得到|予以|发放|用于|通过|达到|以上|左右|需要|已经|全部|分别|[等并]"
)
JOINT = re.compile(r"[和及与或]|以及")
BEHIND_JOINT = re.compile(rf"[\d一两三四五六七八九十]|{VERB.pattern}")
# Countable words that name a part of the text itself, or a slogan.
NO_THING = re.compile(
    r"^(?:部分|方面|阶段|环节|层面|层次|维度|步骤|百分|百年|月|年|工作日|自然日|小时|季度|学期|星期|周|[\d零〇一二两三四五六七八九十百千万]|"
    r"意识|自信|维护|确立|代表|全面|伟大|务必|坚持|统一|关系|结合|率先|方向|目标|规定|纪律|注意|原则|重点|主题|到位|以|问题|"
    r"产业|工业革命|供水|时间|时段|的|了|着|不|点)"
)
NO_MEETING = re.compile(r"^(?:会议|全体|全会|全委|常委|代表)")  # 六届三次会议 is a name
TIME = re.compile(r"^(?:[上下]半年|期限|会期|工期|周期|时间|合同期|服务期|年度|季度|.{0,4}月份?|.{0,6}[年月日底前])$")
# Words of sentences, not of names: text with one of them is not taken for the counted thing.
CLAUSE = re.compile(
    r"由|被|让|把|向|[每各按从]|(?<![数证依收票])据|不|(?<!行)为(?!民)|(?<!自)在(?![校职编册岗线])|将|所(?=需|有|属)|[，。；：、\s]$|^[和与及等]"
)
# Before 的, only one of these is taken for the counted thing.
POSSESSOR = re.compile(r"^.{0,6}(?:[户员校民师众村镇县站厂]|学生|党组织|企业|单位|居委会|委员会|人大代表)$")
SINGLE = frozenset("村镇县乡")  # things of one character
PERSONS = ("人", "人次")  # these count no thing after them: 50人参训
LONGEST = 16  # characters of a counted thing
LONGEST_RATE = 24  # characters of a measured thing


def whole(figure: str, unit: str) -> bool:
    """Return whether a figure can count in its unit: half a person cannot be counted."""
    return "." not in figure or unit == "%" or unit[0] in "万亿" or unit in _PARTED
