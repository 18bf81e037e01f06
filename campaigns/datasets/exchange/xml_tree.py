"""XML from strangers: without a DOCTYPE, without entities, no larger than a limit."""

from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from campaigns.home.files import bounded

MOST_BYTES = 1 << 28
"""A million images with a label each; a tree in memory is several times as large."""


def read_xml(path: Path) -> Element:
    """Return the root of an XML file.

    Raises:
        OSError: it cannot be read.
        ValueError: it is no XML, larger than `MOST_BYTES`, or has a DOCTYPE or entities.
    """
    try:
        return fromstring(bounded(path, MOST_BYTES), forbid_dtd=True)
    except DefusedXmlException as error:
        raise ValueError(
            "it has a DOCTYPE or entities, which labels have no use for: such files are refused"
        ) from error
    except ParseError as error:
        raise ValueError(f"it is no XML: {error}") from error
