"""Texts that speak of forms and hold none are refused without a word of a form in them."""

import pytest

from jixiao.ingest.document import read_documents
from jixiao.ingest.result import Document
from jixiao.ingest.roles.labels import labels

OF_FORMS = ("unread", "department", "template", "cut")  # kinds of refusals that say there is a form
TEXTS = {
    "newspaper": """全省预算绩效管理迈上新台阶
本报讯 今年以来，省财政厅要求各部门编制项目支出绩效目标申报表，设置一级指标、二级指标、三级指标和指标值。
截至目前，全省已有1200个项目编报绩效目标，涉及资金356亿元。
根据补助地方项目资金整体绩效目标表，要求景区个数≥300个。""",
    "plan": """临江县财政局2025年工作计划
一、加强绩效目标管理。组织各单位填报绩效目标申报表，严格审核绩效指标和指标值的合理性。
二、加快支出进度，确保全年支出完成率达到95%以上。""",
    "notice": """关于召开2025年预算绩效目标编制培训会的通知
各乡镇、县直各单位：
培训内容：绩效目标申报表的填报，三级指标的设置方法。
临江县财政局""",
    "speech": """在全县预算绩效管理工作会议上的讲话
同志们：
各部门要认真填写绩效目标表，产出指标、效益指标和满意度指标都要量化。
今年的总体目标是完成50个项目，年度目标是开工率达到100%。""",
    "minutes": """县政府常务会议纪要
会议指出，整体支出绩效目标表要与部门职责相匹配，评价指标要科学，绩效目标要可衡量。""",
    "news": """县文旅局扎实开展绩效目标申报工作
近日，县文旅局组织各科室填报2025年项目绩效目标申报表。各科室围绕项目名称、主管部门、资金总额、总体目标、年度目标等内容认真填写。""",
    "measures": """临江县项目支出绩效目标管理办法
第一条 为加强绩效目标管理，制定本办法。
第二条 绩效指标包括一级指标、二级指标和三级指标，指标值应当量化。""",
    "questions": """问：什么是绩效目标申报表？
答：绩效目标申报表是预算单位申报项目时填写的表格，包括项目名称、项目属性、资金总额、总体目标、年度目标和绩效指标等内容。
问：三级指标怎么设置？
答：三级指标应当结合项目特点设置，指标值要有依据。""",
    "explanation": """什么是项目支出绩效目标表
项目支出绩效目标表是部门预算的组成部分。
它由项目名称、主管部门、实施单位、资金情况、总体目标和绩效指标六个部分组成，其中绩效指标又分为产出指标、效益指标、满意度指标。""",
    "page of a file": """项目支出绩效目标表
发布时间：2025-02-01
点击下载：2025年项目支出绩效目标表.xlsx""",
    "contract": """项目委托协议书
甲方：临江县文化馆
一、项目名称：送戏下乡
二、项目金额：12万元
三、绩效目标：演出60场，观众满意度90%以上。
四、付款方式：分两次支付。""",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_text_without_a_form_is_not_said_to_hold_one(text):
    [reading] = read_documents([Document(text.encode(), "text.txt")], "http://localhost:8000/")
    assert reading.deposit is None
    [reason] = reading.refusal.reasons
    assert not [kind for kind in OF_FORMS if labels().kinds[kind].zh in reason]
    assert "没有读出项目名称" not in reason
