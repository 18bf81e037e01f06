"""Tables in encodings of other countries: named by a person, told by their bytes, or guessed and told so."""

import codecs
from pathlib import Path

import pytest

from campaigns.datasets.folder import open_folder
from campaigns.datasets.table_encoding import NAMES, codec_of
from campaigns.datasets.table_reader import TableOptions
from campaigns.errors import BadData, NoSuchName
from tests.datasets.conftest import write_folder
from tests.datasets.exchange.reading import labels, mistakes, read, wrote
from tests.datasets.test_strange_cells import PICTURES, refusal

CLASSES = {
    "gbk": ("汽车", "人"), "gb18030": ("汽车", "㐀"), "big5": ("汽車", "人"), "shift_jis": ("車", "自動車"),
    "euc_jp": ("自転車", "犬"), "iso2022_jp": ("猫", "犬"), "euc_kr": ("고양이", "개"), "cp1251": ("машина", "Кот"),
    "koi8_r": ("машина", "кот"), "cp1250": ("łódka", "kość"), "cp1253": ("αυτοκίνητο", "γάτα"),
    "cp1254": ("ışık", "köpek"), "mac_roman": ("café", "été"), "utf-16-le": ("汽车", "猫"), "utf-32": ("é", "ö"),
}  # fmt: skip


def folder(root: Path, names: tuple[str, str], encoding: str) -> Path:
    write_folder(root, PICTURES, "")
    lines = [f"{image},{names[n % 2]}\n" for n, image in enumerate(PICTURES)]
    (root / "labels.csv").write_bytes("".join(("image,labels\n", *lines)).encode(encoding))
    return root


@pytest.mark.parametrize(("encoding", "names"), CLASSES.items(), ids=CLASSES)
def test_an_encoding_that_a_person_names_is_read(encoding: str, names: tuple[str, str], tmp_path: Path) -> None:
    root = folder(tmp_path, names, encoding)
    mine = open_folder(root, options=TableOptions(encoding=encoding))
    assert set(mine.classes) == set(names)
    assert any(f"read as {encoding}" in note for note in mine.notes)
    (tmp_path / "table.csv").write_bytes(f"image,labels\na.jpg,{names[0]}\n".encode(encoding))
    assert labels(tmp_path / "table.csv", classes=None, encoding=encoding)["a.jpg"].keys() == {names[0]}


@pytest.mark.parametrize("encoding", sorted(CLASSES.keys() - {"iso2022_jp", "utf-16-le", "utf-32"}))
def test_a_guess_that_makes_no_words_is_refused_with_what_to_say(encoding: str, tmp_path: Path) -> None:
    said = refusal(folder(tmp_path, CLASSES[encoding], encoding))
    assert "labels.csv:2: reads " in said or "labels.csv:2: is neither UTF-8 nor Windows-1252" in said
    assert "--encoding NAME" in said
    (tmp_path / "table.csv").write_bytes(f"image,labels\na.jpg,{CLASSES[encoding][0]}\n".encode(encoding))
    with pytest.raises(BadData, match=r"line 2 .*--encoding NAME"):
        read(tmp_path / "table.csv", classes=None)


def test_what_the_likely_encodings_make_of_it_is_shown(tmp_path: Path) -> None:
    assert "cp1251 (машина)" in refusal(folder(tmp_path / "a", CLASSES["cp1251"], "cp1251"))
    assert "cp932 (車)" in refusal(folder(tmp_path / "b", CLASSES["shift_jis"], "shift_jis"))


@pytest.mark.parametrize("word", ["Citroën", "«été»", "œuf", "5 m²", "MAÇÃ", "Smørrebrød", "L'Été", "¿qué", "20°C"])
def test_words_of_western_europe_are_read_and_the_guess_is_told(word: str, tmp_path: Path) -> None:
    mine = open_folder(folder(tmp_path, (word, "cat"), "cp1252"), options=TableOptions(separator=";"))
    assert len(mine.classes) == 2
    assert any("the encoding was guessed, as in" in note and "--encoding NAME" in note for note in mine.notes)
    (tmp_path / "table.csv").write_bytes(f"image,labels\na.jpg,{word}\n".encode("cp1252"))
    assert any("the encoding was guessed" in note for note in read(tmp_path / "table.csv", classes=None).notes)


def test_utf_8_that_was_read_as_windows_1252_before_is_refused(tmp_path: Path) -> None:
    text = "image,labels\na.jpg,CafÃ©\nb.jpg,été\n".encode("cp1252")
    (tmp_path / "table.csv").write_bytes(text)
    with pytest.raises(BadData, match="reads 'CafÃ©'"):
        read(tmp_path / "table.csv", classes=None)


def test_bytes_that_are_not_of_the_named_encoding_are_refused_with_their_line(tmp_path: Path) -> None:
    root = folder(tmp_path, ("cat", "été"), "cp1252")
    assert "labels.csv:3: is no text in utf-8" in (said := refusal(root, encoding="utf-8"))
    assert "e9" in said
    assert "labels.csv:3: is no text in ascii" in refusal(root, encoding="ascii")


def test_a_mark_of_another_encoding_than_is_named_is_refused(tmp_path: Path) -> None:
    root = folder(tmp_path, ("cat", "été"), "utf-8-sig")
    assert "begins with the mark of UTF-8 and is said to be gbk" in refusal(root, encoding="gbk")
    assert len(open_folder(root, options=TableOptions(encoding="utf-8")).classes) == 2


@pytest.mark.parametrize(("name", "hint"), [("gkb", "did you mean 'gbk'"), ("rot13", "usual are"), ("base64", "usual")])
def test_an_unknown_encoding_is_refused_with_the_nearest(name: str, hint: str, tmp_path: Path) -> None:
    with pytest.raises(NoSuchName, match=f"no encoding '{name}'") as error:
        open_folder(folder(tmp_path, ("cat", "dog"), "utf-8"), options=TableOptions(encoding=name))
    assert hint in (error.value.hint or "")
    with pytest.raises(NoSuchName):
        read(wrote(tmp_path / "table.csv", "image,labels\na.jpg,cat\n"), encoding=name)


@pytest.mark.parametrize("name", [*NAMES, "windows-1251", "sjis", "latin1", "UTF8", "EUC-JP", "Shift-JIS"])
def test_every_encoding_by_every_name_of_it_is_known(name: str) -> None:
    assert codecs.lookup(codec_of(name))


def test_jsonl_of_another_encoding_is_read_as_it_is_named(tmp_path: Path) -> None:
    (tmp_path / "metadata.jsonl").write_bytes('{"file_name": "a.jpg", "labels": ["自動車"]}\n'.encode("shift_jis"))
    assert labels(tmp_path / "metadata.jsonl", classes=None, encoding="shift_jis")["a.jpg"].keys() == {"自動車"}
    with pytest.raises(BadData, match="--encoding NAME"):
        read(tmp_path / "metadata.jsonl", classes=None)


def test_zero_bytes_name_the_option(tmp_path: Path) -> None:
    assert "--encoding utf-16-le" in refusal(folder(tmp_path, ("cat", "dog"), "utf-16-le"))


def test_an_import_says_what_is_wrong_with_the_columns_of_a_gbk_table(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes("文件,类别\na.jpg,猫\n".encode("gbk"))
    assert any("say --image 文件" in what for what in mistakes(tmp_path / "t.csv", classes=None, encoding="gbk"))
    says = {"encoding": "gbk", "image": "文件", "labels": "类别"}
    assert labels(tmp_path / "t.csv", classes=None, **says)["a.jpg"].keys() == {"猫"}


def test_a_list_of_classes_in_the_encoding_of_the_table_is_read(tmp_path: Path) -> None:
    root, listed = folder(tmp_path / "mine", ("汽车", "人"), "gbk"), tmp_path / "list"
    listed.write_bytes("人\n汽车\n".encode("gbk"))
    assert open_folder(root, classes=listed, options=TableOptions(encoding="gbk")).classes == ("人", "汽车")
    said = refusal(folder(tmp_path / "other", ("cat", "dog"), "utf-8"), listed)
    assert "list:1: cannot be read as UTF-8 text: say --encoding NAME, as gb18030 (人)" in said


OF_TABLES = {
    "--separator": TableOptions(separator=","), "--image": TableOptions(image="x"), "--split": TableOptions(split="x"),
    "--class-column": TableOptions(class_column="x"), "--nothing": TableOptions(nothing="x"),
    "--minus-one": TableOptions(minus_one="absent"), "--empty-cell": TableOptions(empty_cell="absent"),
}  # fmt: skip


@pytest.mark.parametrize("option", OF_TABLES)
def test_an_option_of_tables_means_nothing_elsewhere(option: str, tmp_path: Path) -> None:
    root = folder(tmp_path, ("cat", "dog"), "utf-8")
    wrote(root / "metadata.jsonl", "".join(f'{{"file_name": "{name}", "labels": ["cat"]}}\n' for name in PICTURES))
    for labels_ in ("folders",) if option == "--nothing" else ("metadata.jsonl", "folders"):
        with pytest.raises(BadData) as error:
            open_folder(root, labels=labels_, options=OF_TABLES[option])
        assert any(f"{option} mean nothing" in str(mistake) for mistake in error.value.mistakes)


def test_one_line_in_another_encoding_than_the_others_is_told(tmp_path: Path) -> None:
    root = folder(tmp_path, ("été", "forêt"), "utf-8")
    text = (root / "labels.csv").read_bytes().replace("3.png,forêt".encode(), "3.png,forêt".encode("cp1252"))
    (root / "labels.csv").write_bytes(text)
    assert "labels.csv:5: is not in UTF-8, as other lines are: mend that line" in refusal(root)


def test_a_mark_before_a_text_that_is_not_of_it_is_left_away(tmp_path: Path) -> None:
    root = folder(tmp_path, ("cat", "forêt"), "cp1252")
    (root / "labels.csv").write_bytes(codecs.BOM_UTF8 + (root / "labels.csv").read_bytes())
    assert "--encoding NAME" in refusal(root)
    assert open_folder(root, options=TableOptions(encoding="cp1252")).classes == ("cat", "forêt")


def test_xml_names_its_own_encoding(tmp_path: Path) -> None:
    image = '<image id="0" name="a.jpg"><tag label="car"/></image>'
    file = wrote(tmp_path / "annotations.xml", f"<annotations><version>1.1</version>{image}</annotations>")
    with pytest.raises(BadData, match="names its own encoding"):
        read(file, encoding="gbk")
