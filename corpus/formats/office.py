"""Documents of Word 97-2003, WPS Writer and RTF, converted by LibreOffice where it is installed.

Much of what bears the name .doc is a web page or a .docx: the bytes are looked at first.
"""

from __future__ import annotations

import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

from corpus.errors import DocumentError, UnsupportedFormat
from corpus.formats.docx import OLE_MAGIC, PASSWORD_SIGN, read_docx
from corpus.model import SourceText
from corpus.settings import CorpusSettings

NOTE = (
    "read through LibreOffice: article numbers that Word counts by itself may begin anew in each chapter; "
    "compare them with the original"
)
"""The note on every converted document: LibreOffice has no ``w:lvlRestart``."""

_COMMANDS = ("soffice", "libreoffice")
_PLACES = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"C:\Program Files\LibreOffice\program\soffice.com",
    r"C:\Program Files (x86)\LibreOffice\program\soffice.com",
)
_WORD_STREAM = "WordDocument".encode("utf-16-le")
_HTML_SIGNS = (b"<html", b"<!doctype html", b"<head", b"<body", b"<table", b"<meta ")

_SETTINGS = {
    "/org.openoffice.Office.Common/Security/Scripting": {
        "BlockUntrustedRefererLinks": "true",
        "DisableMacrosExecution": "true",
        "MacroSecurityLevel": "3",
    },
    "/org.openoffice.Inet/Settings": {
        "ooInetProxyType": "2",
        "ooInetHTTPProxyName": "127.0.0.1",
        "ooInetHTTPProxyPort": "9",
        "ooInetHTTPSProxyName": "127.0.0.1",
        "ooInetHTTPSProxyPort": "9",
    },
}
"""Settings of LibreOffice under which a document runs nothing and fetches nothing: its pictures may be links."""

log = logging.getLogger(__name__)


def read_office(data: bytes, limits: CorpusSettings, *, suffix: str) -> SourceText:
    """Read a document by what its bytes are, whatever its name (``suffix``: .doc, .wps or .rtf) says.

    Raises
    ------
    UnsupportedFormat
        LibreOffice is needed and not installed, or the file is something else.
    DocumentError
        It is damaged or protected, or LibreOffice does not convert it in time.
    """
    head = data[:8192].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").replace(b"\0", b"").lower()
    if data.startswith(b"PK\x03\x04"):
        if _holds_word(data):
            return read_docx(data, limits)
        raise UnsupportedFormat(f"is a zip file under the name {suffix} that holds no Word document; check what it is")
    if data.startswith(OLE_MAGIC):
        if PASSWORD_SIGN in data:
            raise DocumentError("is protected by a password; open it in Word or WPS and save it without one")
        return _convert(data, limits, suffix=suffix if suffix == ".wps" else ".doc")
    if head.startswith(b"{\\rtf"):
        return _convert(data, limits, suffix=".rtf")
    if head.startswith(b"%pdf-"):
        raise UnsupportedFormat(f"is a PDF under the name {suffix}; rename it to .pdf")
    if any(sign in head for sign in _HTML_SIGNS) or b"multipart/related" in head:
        from corpus.formats.html import read_html

        return read_html(data, limits)
    if head.startswith(b"<?xml"):
        raise UnsupportedFormat(
            f"is an XML document under the name {suffix}; open it in Word or WPS and save it as .docx"
        )
    raise UnsupportedFormat(f"is no Word document; if it is plain text, rename it from {suffix} to .txt")


def find_libreoffice() -> str | None:
    """Return the program of LibreOffice, ``None`` where it is not installed."""
    found = next((path for command in _COMMANDS if (path := shutil.which(command))), None)
    return found or next((place for place in _PLACES if Path(place).is_file()), None)


def _holds_word(data: bytes) -> bool:
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            return any(name.startswith("word/") for name in package.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        return data.count(b"word/") > 0


def _convert(data: bytes, limits: CorpusSettings, *, suffix: str) -> SourceText:
    """Convert a document to .docx in a temporary folder, with a LibreOffice of its own profile, and read that."""
    program = find_libreoffice()
    if program is None:
        raise UnsupportedFormat(
            f"a {suffix} file needs LibreOffice (not found): install it, or open the file in Word or WPS "
            "and save it as .docx"
        )
    if suffix != ".rtf" and _WORD_STREAM in data:
        # Under the name .wps LibreOffice expects Microsoft Works.
        suffix = ".doc"
    elif suffix == ".doc":
        raise UnsupportedFormat("is an Office file that holds no Word document; check what it is, and rename it")
    with tempfile.TemporaryDirectory(prefix="wence-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        source = folder / f"document{suffix}"
        source.write_bytes(data)
        settings = folder / "profile" / "user" / "registrymodifications.xcu"
        settings.parent.mkdir(parents=True)
        settings.write_text(_render_settings(), encoding="utf-8")
        target = folder / "converted" / "document.docx"
        command = [
            program,
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--headless",
            "--norestore",
            "--nolockcheck",
            "--convert-to",
            "docx:MS Word 2007 XML",
            "--outdir",
            str(target.parent),
            str(source),
        ]
        _run(command, folder, limits)
        if not target.is_file():
            raise DocumentError(
                "LibreOffice cannot convert it (damaged, or protected by a password?); open it in Word or WPS "
                "and save it as .docx"
            )
        if target.stat().st_size > limits.file_max_bytes:
            raise DocumentError(f"is more than {limits.file_max_bytes / 1e6:.0f} MB when converted; split the document")
        content = read_docx(target.read_bytes(), limits)
    return replace(content, notes=(*content.notes, NOTE))


def _render_settings() -> str:
    items = "".join(
        f'<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for path, properties in _SETTINGS.items()
        for name, value in properties.items()
    )
    return f'<oor:items xmlns:oor="http://openoffice.org/2001/registry">{items}</oor:items>'


def _run(command: list[str], folder: Path, limits: CorpusSettings) -> None:
    """Run LibreOffice; end it with all that it started, whatever becomes of it."""
    try:
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise UnsupportedFormat(
            f"LibreOffice ({command[0]}) does not start ({error.strerror or error}): install it again, or save the "
            "file as .docx"
        ) from error
    try:
        code = process.wait(limits.timeout_seconds)
    except subprocess.TimeoutExpired as error:
        raise DocumentError(
            f"LibreOffice does not convert it within {limits.timeout_seconds:g} s; open it in Word or WPS and save "
            "it as .docx"
        ) from error
    finally:
        _end(process)
    if code:
        log.debug("LibreOffice ended with status %s", code)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process and those that it started: soffice is a script that starts another program."""
    if sys.platform != "win32":
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            log.debug("LibreOffice had ended")
    process.kill()
    process.wait()
