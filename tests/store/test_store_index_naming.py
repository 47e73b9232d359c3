"""Names that a search takes for one."""

from jixiao.store.index.naming import same_name


def test_names_are_one_by_their_keys():
    assert same_name("上海市《績效》[辦]", "上海市绩效（办）")
    assert not same_name("项目-1", "项目1")
