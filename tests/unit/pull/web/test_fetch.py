"""Fetching from a server that does what servers do: the target appears whole or not at all, and every no is told."""

import gzip
import hashlib
import os
import socket
import time
from dataclasses import replace
from email.utils import formatdate
from pathlib import Path

import pytest

from analysis.pull.web.addresses import Refused, onward, reach
from analysis.pull.web.fetch import fetch
from analysis.pull.web.limits import WebLimits
from analysis.pull.web.transfer import Fetched
from analysis.steps import Problem
from tests.replay import Act, Replay, broken_off, endless, packed, page, redirect, slow, status, versioned

CONTENT = b"practice_id,value\n" + b"".join(b"P%04d,%d\n" % (row, row) for row in range(2000))
OWN = ("127.0.0.1",)  # the server of these tests
QUICK = WebLimits(own_hosts=OWN, tries=3, first_wait=0.01, longest_wait=1, connect=1, read=0.3, total=5, pause=0)
DATA = page(CONTENT)


@pytest.fixture
def to(tmp_path: Path) -> Path:
    return tmp_path / "gpps" / "survey.csv"


def got(to: Path, fetched: Fetched) -> None:
    """The file is whole, is what is told of it, and nothing lies about beside it."""
    assert to.read_bytes() == CONTENT
    assert (fetched.sha256, fetched.bytes) == (hashlib.sha256(CONTENT).hexdigest(), len(CONTENT))
    assert [path.name for path in to.parent.iterdir()] == [to.name]


def refused(url: str, to: Path, limits: WebLimits = QUICK, **options: object) -> str:
    """Why the file is not taken; the earlier file, if there was one, stays."""
    before = to.read_bytes() if to.exists() else None
    with pytest.raises(Problem) as problem:
        fetch(url, to, limits=limits, **options)
    assert problem.value.sentence.startswith(f"{to} cannot be had from {url}: ")
    assert f"put it at {to}" in problem.value.mend
    assert (to.read_bytes() if to.exists() else None) == before
    return problem.value.sentence


def test_a_file_is_fetched_and_described(web: Replay, to: Path) -> None:
    url = web.on("/a.csv", page(CONTENT, ETag='"1"', Last_Modified="Mon, 02 Jun 2025 10:00:00 GMT"))
    fetched = fetch(url, to, limits=QUICK)
    got(to, fetched)
    assert (fetched.url, fetched.final_url, fetched.etag) == (url, url, '"1"')
    assert fetched.last_modified == "Mon, 02 Jun 2025 10:00:00 GMT"


def test_the_source_is_told_who_asks(web: Replay, to: Path, root: Path) -> None:
    fetch(web.on("/a.csv", DATA), to, limits=QUICK)
    assert web.asked[0][1]["user-agent"] == "integrated-care-paper/0.1.0"
    assert 'version = "0.1.0"' in (root / "pyproject.toml").read_text(encoding="utf-8")


def test_a_packed_body_is_unpacked(web: Replay, to: Path) -> None:
    got(to, fetch(web.on("/a.csv", packed(CONTENT)), to, limits=QUICK))


def test_a_file_that_is_gzip_itself_stays_so(web: Replay, to: Path) -> None:
    content = gzip.compress(CONTENT)
    fetch(web.on("/a.csv.gz", page(content, Content_Type="application/gzip")), to, limits=QUICK)
    assert to.read_bytes() == content


@pytest.mark.parametrize("code", [401, 403, 404, 410])
def test_a_final_no_is_told_at_once(web: Replay, to: Path, code: int) -> None:
    assert f"the server answers {code}" in refused(web.on("/a.csv", status(code)), to)
    assert len(web.asked) == 1


@pytest.mark.parametrize("passing", [status(500), status(503), status(429), broken_off(CONTENT, 500), slow(0.5)])
def test_a_passing_failure_is_tried_again(web: Replay, to: Path, passing: Act) -> None:
    got(to, fetch(web.on("/a.csv", passing, DATA), to, limits=QUICK))
    assert len(web.asked) == 2


@pytest.mark.parametrize(
    ("lasting", "reason"),
    [
        (status(502), "the server answers 502 Bad Gateway"),
        (slow(0.5), "the server does not answer in time"),
        (broken_off(CONTENT, 500), "the connection fails (peer closed connection without sending complete message"),
        (page(gzip.compress(CONTENT)[:-30], Content_Encoding="gzip"), "the packed body is broken"),
        (page(CONTENT, Content_Encoding="gzip"), "the packed body is broken"),
    ],
)
def test_a_lasting_failure_is_told_after_the_last_try(web: Replay, to: Path, lasting: Act, reason: str) -> None:
    assert reason in refused(web.on("/a.csv", lasting), to)
    assert len(web.asked) == QUICK.tries


def test_nobody_listening_is_told(to: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert "the connection fails (" in refused(f"http://127.0.0.1:{port}/a.csv", to)


def test_the_waits_double(web: Replay, to: Path) -> None:
    url = web.on("/a.csv", status(500), status(500), DATA)
    fetch(url, to, limits=WebLimits(own_hosts=OWN, first_wait=0.1, pause=0))
    first, second = (later - sooner for sooner, later in zip(web.times, web.times[1:], strict=False))
    assert 0.1 <= first < second
    assert second >= 0.2


def test_no_host_is_asked_more_often_than_the_limits_say(web: Replay, to: Path) -> None:
    web.on("/b.csv", DATA)
    fetch(web.on("/a.csv", redirect("/b.csv")), to, limits=WebLimits(own_hosts=OWN, pause=0.2))
    assert web.times[1] - web.times[0] >= 0.2
    assert WebLimits().pause == 1


@pytest.mark.parametrize("date", [False, True])
def test_a_server_that_asks_to_wait_is_obeyed(web: Replay, to: Path, date: bool) -> None:
    # A date has whole seconds, so two ahead means at least one.
    after = formatdate(time.time() + 2, usegmt=True) if date else "1"
    got(
        to,
        fetch(
            web.on("/a.csv", status(429, Retry_After=after), DATA),
            to,
            limits=WebLimits(own_hosts=OWN, first_wait=0, pause=0),
        ),
    )
    assert web.times[1] - web.times[0] >= 0.9


def test_a_server_that_asks_for_too_long_a_wait_is_told_of(web: Replay, to: Path) -> None:
    assert "429" in refused(web.on("/a.csv", status(429, Retry_After="3600"), DATA), to)
    assert len(web.asked) == 1


def test_a_body_that_drips_ends_by_the_total_time(web: Replay, to: Path) -> None:
    url = web.on("/a.csv", versioned(CONTENT, '"1"', block=100, rest=0.1))
    assert "takes longer than 0.5 seconds" in refused(url, to, WebLimits(own_hosts=OWN, total=0.5, pause=0))


@pytest.mark.parametrize(
    "error_page",
    [
        page(b"<p>Sign in</p>", Content_Type="text/html; charset=utf-8"),
        page(b"\xef\xbb\xbf\n <!DOCTYPE html><title>Error</title>", Content_Type="text/csv"),
        page(b"<HTML><body>Error", Content_Type="application/octet-stream"),
        packed(b"<html>Error"),
    ],
)
def test_a_web_page_in_place_of_data_is_refused(web: Replay, to: Path, error_page: Act) -> None:
    assert "a web page where data were expected" in refused(web.on("/a.csv", error_page), to)
    assert not any(to.parent.glob("*"))


def test_a_web_page_is_taken_where_one_is_wanted(web: Replay, to: Path) -> None:
    fetch(web.on("/page", page(b"<html>Data", Content_Type="text/html")), to, limits=QUICK, page=True)
    assert to.read_bytes() == b"<html>Data"


@pytest.mark.parametrize("empty", [page(b""), packed(b"")])
def test_an_empty_file_is_refused(web: Replay, to: Path, empty: Act) -> None:
    assert "the file is empty" in refused(web.on("/a.csv", empty), to)


def test_a_file_that_unpacks_to_too_much_is_refused(web: Replay, to: Path) -> None:
    url = web.on("/a.csv", packed(bytes(50_000_000)))
    assert "the file unpacks to more than 1,000,000 bytes" in refused(url, to, replace(QUICK, unpacked=1_000_000))
    assert not any(to.parent.glob("*"))


@pytest.mark.parametrize("told", [True, False])
def test_a_file_that_is_too_large_is_refused(web: Replay, to: Path, told: bool) -> None:
    url = web.on("/a.csv", DATA if told else endless())
    assert "the file is larger than 10,000 bytes" in refused(url, to, WebLimits(own_hosts=OWN, wire=10_000, pause=0))
    assert not any(to.parent.glob("*"))


def test_an_unasked_packing_is_refused(web: Replay, to: Path) -> None:
    assert "packs the file as br" in refused(web.on("/a.csv", page(b"?", Content_Encoding="br")), to)


def test_a_download_that_breaks_off_goes_on_from_there(web: Replay, to: Path) -> None:
    got(to, fetch(web.on("/a.csv", broken_off(CONTENT, 5000, ETag='"1"'), versioned(CONTENT, '"1"')), to, limits=QUICK))
    assert web.asked[1][1]["range"] == "bytes=5000-"
    assert web.asked[1][1]["if-range"] == '"1"'


def test_the_next_run_goes_on_where_the_last_gave_up(web: Replay, to: Path) -> None:
    url = web.on("/a.csv", broken_off(CONTENT, 5000, ETag='"1"'))
    refused(url, to, WebLimits(own_hosts=OWN, tries=1, pause=0))
    web.on("/a.csv", versioned(CONTENT, '"1"'))
    got(to, fetch(url, to, limits=QUICK))
    assert web.asked[1][1]["range"] == "bytes=5000-"


@pytest.mark.parametrize(
    "other",
    [versioned(CONTENT, '"2"'), versioned(CONTENT, '"1"', ranges=False), DATA],
    ids=["changed meanwhile", "knows no parts", "knows no versions"],
)
def test_a_server_that_cannot_go_on_starts_anew(web: Replay, to: Path, other: Act) -> None:
    wrong = b"x" * 5000
    got(to, fetch(web.on("/a.csv", broken_off(wrong * 2, 5000, ETag='"1"'), other), to, limits=QUICK))


@pytest.mark.parametrize("wrong", [status(416), page(b"?", code=206, Content_Range="bytes 7-7/9")])
def test_a_wrong_rest_is_thrown_away(web: Replay, to: Path, wrong: Act) -> None:
    url = web.on("/a.csv", broken_off(CONTENT, 5000, ETag='"1"'), wrong, versioned(CONTENT, '"1"'))
    got(to, fetch(url, to, limits=QUICK))
    assert "range" not in web.asked[2][1]


@pytest.mark.parametrize("etag", ["", 'W/"1"'])
def test_a_version_without_a_strong_name_is_not_resumed(web: Replay, to: Path, etag: str) -> None:
    known = {"ETag": etag} if etag else {}
    got(to, fetch(web.on("/a.csv", broken_off(CONTENT, 5000, **known), DATA), to, limits=QUICK))
    assert "range" not in web.asked[1][1]


def test_the_rest_of_another_address_is_not_resumed(web: Replay, to: Path) -> None:
    refused(web.on("/a.csv", broken_off(CONTENT, 5000, ETag='"1"')), to, WebLimits(own_hosts=OWN, tries=1, pause=0))
    got(to, fetch(web.on("/b.csv", versioned(CONTENT, '"1"')), to, limits=QUICK))
    assert "range" not in web.asked[1][1]


def test_an_unchanged_file_is_not_sent_again(web: Replay, to: Path) -> None:
    url = web.on("/a.csv", versioned(CONTENT, '"1"'))
    first = fetch(url, to, limits=QUICK)
    os.utime(to, (1, 1))
    assert fetch(url, to, limits=QUICK, earlier=first) is first
    assert to.stat().st_mtime == 1
    assert web.asked[1][1]["if-none-match"] == '"1"'


def test_the_date_of_a_file_asks_as_well(web: Replay, to: Path) -> None:
    date = "Mon, 02 Jun 2025 10:00:00 GMT"
    url = web.on("/a.csv", page(CONTENT, Last_Modified=date), status(304))
    first = fetch(url, to, limits=QUICK)
    assert fetch(url, to, limits=QUICK, earlier=first) is first
    assert web.asked[1][1]["if-modified-since"] == date


def test_unchanged_is_no_answer_to_somebody_who_has_nothing(web: Replay, to: Path) -> None:
    assert "304" in refused(web.on("/a.csv", status(304)), to)


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed(web: Replay, to: Path, code: int) -> None:
    web.on("/b.csv", DATA)
    fetched = fetch(web.on("/a.csv", redirect("/b.csv", code)), to, limits=QUICK)
    got(to, fetched)
    assert fetched.final_url.endswith("/b.csv")


def test_redirects_in_a_circle_are_refused(web: Replay, to: Path) -> None:
    web.on("/b.csv", redirect("/a.csv"))
    assert "its redirects go in a circle" in refused(web.on("/a.csv", redirect("/b.csv")), to)
    assert len(web.asked) == 2


def test_too_many_redirects_are_refused(web: Replay, to: Path) -> None:
    for step in range(20):
        web.on(f"/{step}", redirect(f"/{step + 1}"))
    assert "it redirects more than 10 times" in refused(f"{web.address}/0", to)
    assert len(web.asked) == 11


@pytest.mark.parametrize("there", ["ftp://example.org/a.csv", "file:///etc/hosts", "gopher://example.org/"])
def test_a_redirect_to_another_scheme_is_refused(web: Replay, to: Path, there: str) -> None:
    assert f"it sends us on to `{there}`" in refused(web.on("/a.csv", redirect(there)), to)


@pytest.mark.parametrize(
    ("there", "kind"),
    [
        ("http://127.0.0.1:1/a.csv", "loopback"),
        ("http://[::1]/a.csv", "loopback"),
        ("http://[::ffff:127.0.0.1]/a.csv", "loopback"),
        ("http://10.0.0.7/a.csv", "private"),
        ("http://192.168.1.1/a.csv", "private"),
        ("http://0.0.0.0/a.csv", "private"),
        ("http://169.254.169.254/latest/meta-data", "link-local"),
    ],
)
def test_a_redirect_from_the_web_into_ones_own_network_is_refused(web: Replay, to: Path, there: str, kind: str) -> None:
    # The register names localhost, as if it were somewhere in the web, and not the addresses behind the redirects.
    url = web.on("/a.csv", redirect(there)).replace("127.0.0.1", "localhost")
    limits = replace(QUICK, own_hosts=("localhost",))
    assert f"it sends us on to {there}, which is a {kind} address" in refused(url, to, limits)


def test_a_redirect_from_loopback_into_another_network_is_refused(web: Replay, to: Path) -> None:
    assert "a link-local address" in refused(web.on("/a.csv", redirect("http://169.254.169.254/")), to)


def test_one_inward_address_among_several_is_enough() -> None:
    names = {"good.org": ["93.184.215.14"], "bad.org": ["93.184.215.14", "10.0.0.7"]}
    with pytest.raises(Refused, match="private"):
        onward("https://good.org/", "https://bad.org/", names.__getitem__)


def test_a_redirect_from_https_to_http_is_refused() -> None:
    with pytest.raises(Refused, match="from https on to http"):
        onward("https://a.org/", "http://a.org/", lambda host: ["93.184.215.14"])
    onward("http://a.org/", "https://a.org/", lambda host: ["93.184.215.14"])


@pytest.mark.parametrize(
    ("address", "kind"),
    [("8.8.8.8", "public"), ("100.64.0.1", "private"), ("fe80::1%eth0", "link-local"), ("fd00::1", "private")],
)
def test_reach(address: str, kind: str) -> None:
    assert reach(address) == kind


@pytest.mark.parametrize("url", ["ftp://example.org/a.csv", "data/raw/a.csv", "https://", "http://[::1"])
def test_an_address_of_another_kind_is_refused(to: Path, url: str) -> None:
    assert "is no address that begins with http:// or https://" in refused(url, to)


@pytest.mark.parametrize(
    ("host", "kind"),
    [
        ("127.0.0.1", "loopback"),
        ("127.1", "loopback"),
        ("2130706433", "loopback"),
        ("0x7f000001", "loopback"),
        ("0177.0.0.1", "loopback"),
        ("１２７。０。０。１", "loopback"),
        ("localhost", "loopback"),
        ("LocalHost.", "loopback"),
        ("a.localhost", "loopback"),
        ("[::1]", "loopback"),
        ("[::ffff:7f00:1]", "loopback"),
        ("[::127.0.0.1]", "loopback"),
        ("[64:ff9b::7f00:1]", "loopback"),
        ("[2002:7f00:1::]", "loopback"),
        ("user:word@127.0.0.1", "loopback"),
        ("0.0.0.0", "private"),
        ("10.1.2.3", "private"),
        ("172.16.0.1", "private"),
        ("192.168.0.1", "private"),
        ("100.64.0.1", "private"),
        ("[fd12::1]", "private"),
        ("[::]", "private"),
        ("224.0.0.1", "private"),
        ("169.254.169.254", "link-local"),
        ("[fe80::1]", "link-local"),
        ("metadata.google.internal", "private"),
        ("printer.local", "private"),
        ("intranet", "private"),
        ("inward.example.org", "private"),
    ],
)
def test_ones_own_network_is_not_asked(to: Path, host: str, kind: str) -> None:
    def resolved(name: str) -> list[str]:
        return {"inward.example.org": ["93.184.215.14", "10.0.0.7"]}.get(name, [])

    begun = time.monotonic()
    told = refused(f"http://{host}/a.csv", to, replace(QUICK, own_hosts=()), resolve=resolved)
    assert f"is a {kind} address, one of your own network" in told
    assert "`own_hosts` in data/raw/datasets.yaml" in told
    assert time.monotonic() - begun < 0.3  # before any request, which would fail only after a while


def test_a_host_of_ones_own_network_is_asked_where_it_is_named(web: Replay, to: Path) -> None:
    url = web.on("/a.csv", DATA)
    refused(url, to, replace(QUICK, own_hosts=("localhost", "127.0.0.2")))
    assert web.asked == []
    got(to, fetch(url, to, limits=QUICK))


@pytest.mark.parametrize("url", ["http://example.org\\@127.0.0.1/", "http://exa mple.org/", "http://example.org\n/a"])
def test_an_address_that_two_readers_read_differently_is_refused(to: Path, url: str) -> None:
    assert "is no address that begins with http" in refused(url, to)


@pytest.mark.parametrize("address", ["64:ff9b::808:808", "::ffff:8.8.8.8", "2002:808:808::", "2606:4700::1111"])
def test_a_public_address_in_other_clothes_is_public(address: str) -> None:
    assert reach(address) == "public"
