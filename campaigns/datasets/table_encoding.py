"""The encoding of a text: said by a person, told by a mark or by its bytes, or guessed; a guess is looked at."""

import codecs
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from campaigns.errors import NoSuchName, nearest

GUESS = "Windows-1252"
"""What is not UTF-8 comes from a spreadsheet of Western Europe, unless it does not look so."""
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"), (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"), (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)  # fmt: skip
"""What a text may begin with, its codec and its name. UTF-32's little mark begins with UTF-16's."""
CODECS: Mapping[str, str] = MappingProxyType({name: codec for _, codec, name in MARKS} | {GUESS: "cp1252"})
"""Codec by the name of an encoding that was told from the bytes."""
NAMES = (
    "utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "ascii", "latin-1", "gbk", "gb2312", "gb18030", "hz", "big5",
    "big5hkscs", "cp950", "shift_jis", "cp932", "euc_jp", "iso2022_jp", "euc_kr", "cp949", "johab", "iso2022_kr",
    "cp437", "cp720", "cp737", "cp775", "cp850", "cp852", "cp855", "cp857", "cp858", "cp862", "cp864", "cp866", "cp874",
    *(f"cp{page}" for page in range(1250, 1259)), *(f"iso8859-{part}" for part in range(2, 17) if part != 12),
    "koi8_r", "koi8_u", "kz1048", "ptcp154", "mac_roman", "mac_cyrillic", "mac_greek", "mac_latin2", "mac_turkish",
)  # fmt: skip
"""Encodings that a person may name, and all other names of theirs, such as `windows-1251` or `sjis`."""
_LIKELY = ("gb18030", "cp932", "euc_jp", "cp949", "big5", "cp1251", "koi8_r", "cp1250", "cp1253", "cp1254", "mac_roman")
"""Tried where the guess does not look right."""
_WORD = re.compile(r"""[^\s,;|"]+""")
_STRANGE = re.compile(
    r"[À-ÖØ-öø-ÿŠŒŽšœžŸ¢-©¬-´¶-¹¼-¾]{3}"  # three in a row
    r"|[¢¤-§©¬¯±-´¶-¹¼-¾][À-ÖØ-öø-ÿ]|[À-ÖØ-öø-ÿ][¢¤-§¬\xad¯±¶¹¼-¾]"  # a sign that is no letter beside one that is
    r"|[¢-©¬-¯±-´¶-¹¼-¾]{2}"
    r"|[ƒ†‡ˆ‰Š‹ŒŽ˜š›œžŸ][\x80-ÿ]|[\x80-ÿ][ƒ†‡ˆ‰Š‹ŒŽ˜š›œžŸ]|[¨¸ˆ˜¤¦¬¯†‡‰ƒ][^\W\d]|[³¹¤¥£][a-z]"
    r"|[a-zß-öø-ÿ][À-ÖØ-ÞŠŒŽŸ]|Ã[\xa0-¿€-™]|â€"  # a capital inside a word; UTF-8 that was read so before
)
"""What no language of Western Europe writes."""
_ODD = re.compile("[\uff61-\uff9f\ue000-\uf8ff]|[a-zà-ÿа-яά-ώ][A-ZÀ-ÞА-ЯΑ-Ω]")
"""Katakana of half width, private signs, a capital inside a word: hardly a name of a class."""
SHOWN = 24
MOST_WAYS = 6


class NotThisText(ValueError):
    """The bytes are no text of the encoding."""

    def __init__(self, what: str, line: int | None = None) -> None:
        super().__init__(what)
        self.line = line
        """The first that is not; None where it is the whole."""


@dataclass(frozen=True, slots=True)
class DecodedText:
    """A text and what it was taken for."""

    text: str
    encoding: str
    """For a person."""
    note: str = ""
    """That the encoding was guessed, with a word to judge it by; empty where it was not."""


def codec_of(name: str) -> str:
    """Return the codec of an encoding that a person names.

    Raises:
        NoSuchName: there is none of that name.
    """
    try:
        codec = codecs.lookup(name.strip()).name
    except (LookupError, ValueError):
        codec = ""
    if codec not in {codecs.lookup(known).name for known in NAMES}:
        raise NoSuchName(f"there is no encoding {name!r}", hint=_hint(name))
    return "utf-8-sig" if codec == "utf-8" else codec


def _mixes(word: str) -> bool:
    """Return whether letters of Latin stand beside those of another script, as where bytes are read wrongly."""
    scripts = {unicodedata.name(sign, "").partition(" ")[0] == "LATIN" for sign in word if sign.isalpha()}
    return len(scripts) > 1


def _hint(name: str) -> str:
    close = nearest(name.strip().lower(), NAMES)
    return close if close.startswith("did you") else "usual are utf-8, gbk, big5, shift_jis, euc_kr, cp1251, cp1252"


def decoded(data: bytes) -> tuple[str, str]:
    """Return text and the name of its encoding, told or guessed.

    Raises:
        ValueError: it is no text.
    """
    for mark, codec, name in MARKS:
        if data.startswith(mark):
            return _decoded(data, codec, name).removeprefix("\ufeff"), name
    if b"\x00" in data:
        raise ValueError("it holds zero bytes, as no text does; save it as a CSV in UTF-8")
    try:
        return data.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError as error:
        try:
            return data.decode("cp1252"), GUESS
        except UnicodeDecodeError:
            line = _line(data, error.start, "latin-1")
            raise NotThisText(f"is neither UTF-8 nor {GUESS}", line) from error


def decoded_as(data: bytes, encoding: str | None) -> DecodedText:
    """Return text in the encoding that a person names; without one, in that of the bytes, if it looks like it.

    Raises:
        ValueError: it is no text, or no text of that encoding, or what was guessed looks wrong.
        NoSuchName: there is no such encoding.
    """
    if encoding is not None:
        codec = codec_of(encoding)
        mark = next((mark for mark in MARKS if data.startswith(mark[0])), None)
        is_other = mark is not None and codecs.lookup(mark[1].removesuffix("-sig")).name not in codec.removesuffix(
            "-sig"
        )
        if mark is not None and is_other and _is_broken(data, mark[1]):
            data = data.removeprefix(mark[0])  # somebody has put a mark before another text
        elif mark is not None and is_other:
            raise NotThisText(
                f"begins with the mark of {mark[2]} and is said to be {encoding}: leave --encoding out", 1
            )
        return DecodedText(_decoded(data, codec, encoding).removeprefix("\ufeff"), encoding)
    try:
        text, name = decoded(data)
    except NotThisText as error:
        if error.line is None or "--encoding" in str(error):
            raise
        raise NotThisText(f"{error}: {ways_to_read(data, error.line)}", error.line) from error
    except ValueError as error:
        raise ValueError(f"{error}, or say --encoding utf-16-le") from error
    if name != GUESS:
        return DecodedText(text, name)
    if (line := _odd_line(data)) is not None:
        raise NotThisText(f"is not in UTF-8, as other lines are: mend that line; or {ways_to_read(data, line)}", line)
    if (strange := _strange(text)) is not None:
        line, word = strange
        what = (
            f"reads {word!r} in {GUESS}, which is guessed: {ways_to_read(data, line)}; --encoding cp1252 if it is right"
        )
        raise NotThisText(what, line)
    foreign = next((word for _, word in _foreign_words(text)), "")
    return DecodedText(
        text, name, f"the encoding was guessed, as in {foreign!r}: if that is wrong, say --encoding NAME"
    )


def _decoded(data: bytes, codec: str, name: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        line = _line(data, error.start, codec)
        shown = " ".join(f"{byte:02x}" for byte in error.object[error.start : error.end][:4])
        raise NotThisText(
            f"is no text in {name}: it holds the bytes {shown}; {ways_to_read(data, line)}", line
        ) from error


def _line(data: bytes, at: int, codec: str) -> int:
    """Return the number of the line that a byte stands in."""
    before = data[:at].decode(codec, errors="replace")
    return before.count("\n") + 1 if "\n" in before else before.count("\r") + 1


def _is_broken(data: bytes, codec: str) -> bool:
    try:
        data.decode(codec)
    except UnicodeDecodeError:
        return True
    return False


def _odd_line(data: bytes) -> int | None:
    """Return the first line that is not in UTF-8 where most of what is not ASCII is; None where it is not."""
    lossy = data.decode("utf-8", errors="replace")
    lost = lossy.count("\ufffd")
    if len(re.findall(r"[^\x00-\x7f\ufffd]", lossy)) <= 2 * lost:
        return None
    return lossy.count("\n", 0, lossy.index("\ufffd")) + 1


def _strange(text: str) -> tuple[int, str] | None:
    """Return the line and the first word that no language of Western Europe writes; None when there is none."""
    for at, word in _foreign_words(text):
        if _STRANGE.search(word):
            return text.count("\n", 0, at) + 1, word
    return None


def _foreign_words(text: str) -> Iterator[tuple[int, str]]:
    """Yield where words begin that are not all ASCII, and the words."""
    for match in _WORD.finditer(text):
        if not match[0].isascii():
            yield match.start(), match[0][:SHOWN]


def ways_to_read(data: bytes, line: int) -> str:
    """Return what a person may say of bytes in no known encoding, with the encodings that make words of the line."""
    lines = re.split(rb"\r\n|\n|\r", data)
    raw = lines[line - 1] if line <= len(lines) else b""
    part = next((part.strip(b" \"'") for part in re.split(rb"[,;\t]", raw) if not part.isascii()), b"")
    ways = []
    for name in _LIKELY:
        try:
            data.decode(name)
            word = part.decode(name)
        except UnicodeDecodeError:
            continue
        if _ODD.search(word) is None and not _mixes(word) and re.fullmatch(r"[\w .'()-]+", word):
            ways.append(f"{name} ({word[:SHOWN]})")
    return "say --encoding NAME, as " + (", ".join(ways[:MOST_WAYS]) or "gbk, shift_jis, cp1251")
