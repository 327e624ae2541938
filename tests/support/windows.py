"""Windows of a real browser on the front office: what a person does there, and what goes wrong."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, ViewportSize

from tests.support.school import NOW

# Pictures for people to look at; none is compared with another.
PICTURES = Path(__file__).parents[2] / ".screens"

# The browser's clock goes on from the time of all tests, which is the one of the schools' clocks.
CLOCK = f"""{{
  const ahead = Date.parse("{NOW}") - Date.now();
  globalThis.Date = class extends Date {{
    constructor(...given) {{ given.length ? super(...given) : super(Date.now()); }}
    static now() {{ return super.now() + ahead; }}
  }};
}}"""

# What the shell asks for itself, whatever the screen.
OF_THE_SHELL = ("/v1/me", "/v1/me/settings", "/v1/notifications/unread-count")

# Go to a screen as a press on its link does, and say after how many milliseconds it was painted.
PAINTED_AFTER = """async (address) => {
  if (location.hash === address) return 0;
  const before = document.querySelector("#screen h1");
  const began = performance.now();
  location.hash = address;
  await new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error(`${address} does not show`)), 60_000);
    const look = () => {
      const now = document.querySelector("#screen h1");
      if (now && now !== before) { watching.disconnect(); resolve(); }
    };
    const watching = new MutationObserver(look);
    watching.observe(document.getElementById("screen"), { childList: true, subtree: true });
    look();
  });
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  return performance.now() - began;
}"""

# What reaches beyond the window's width and cannot be reached by scrolling in its own box.
TOO_WIDE = """() => {
  const page = document.documentElement;
  if (page.scrollWidth <= page.clientWidth) return [];
  return [...document.querySelectorAll("body *")]
    .filter((e) => e.getBoundingClientRect().right > page.clientWidth + 1)
    .map((e) => `${e.tagName}.${e.className}: ${(e.textContent ?? "").slice(0, 40)}`).slice(0, 5);
}"""


@dataclass
class Window:
    """A window of one person. ``calls`` are the requests of /v1 so far, without the shell's own;
    ``wrongs`` is what the browser complains of, and no test may leave any behind."""

    page: Page
    url: str
    calls: list[str] = field(default_factory=list)
    wrongs: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("request", self._note_call)
        self.page.on("requestfailed", self._note_failure)
        self.page.on("console", self._note_message)
        self.page.on("pageerror", lambda error: self.wrongs.append(f"error: {error}"))

    def _note_call(self, request: Request) -> None:
        path = urlsplit(request.url).path
        if path.startswith("/v1/") and path not in OF_THE_SHELL and "/stream" not in path:
            self.calls.append(f"{request.method} {path}")

    def _note_failure(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # what is left behind is asked for no longer
            self.wrongs.append(f"{request.method} {request.url}: {request.failure}")

    def _note_message(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.wrongs.append(f"console: {message.text}")

    def expect(self, *words: str) -> None:
        """Take back what the browser complained of, each of which has one of these words."""
        left = [wrong for wrong in self.wrongs if not any(word in wrong for word in words)]
        assert len(left) < len(self.wrongs), f"the browser complained of none of {words}"
        self.wrongs[:] = left

    def open(self, address: str = "") -> None:
        self.page.goto(f"{self.url}/{address}")

    def log_in(self, email: str, password: str) -> None:
        """Log in by the form, and wait for the first screen."""
        self.open()
        self.page.get_by_label("E-mail").first.fill(email)
        self.page.get_by_label("Password").first.fill(password)
        self.press("Log in")
        self.page.locator("#screen h1").wait_for()

    def section(self, title: str) -> None:
        """Go to a section of the navigation."""
        self.page.locator("#nav").get_by_role("link", name=title, exact=True).click()

    def press(self, name: str, within: Locator | None = None) -> None:
        (within or self.page).get_by_role("button", name=name, exact=True).first.click()

    def choose(self, label: str, words: str, within: Locator) -> None:
        """Choose the first option that has these words."""
        control = within.get_by_label(label, exact=True)
        option = control.locator("option", has_text=words).first
        control.select_option(value=option.get_attribute("value"))

    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog").last

    def beside(self) -> Locator:
        return self.page.locator("#beside")

    def sees(self, words: str, within: str = "body", seconds: float = 30) -> None:
        """Wait until the words are there to be seen."""
        shown = self.page.locator(within).get_by_text(words).locator("visible=true").first
        shown.wait_for(timeout=1000 * seconds)

    def paint(self, address: str) -> float:
        """Go to another screen; return the milliseconds until it was painted."""
        return float(self.page.evaluate(PAINTED_AFTER, address))

    def look_as(self, width: int, *, dark: bool = False) -> None:
        """Another width, light or dark, of the same window."""
        self.page.set_viewport_size(size(width))
        self.page.emulate_media(color_scheme="dark" if dark else "light")

    def too_wide(self) -> list[str]:
        """What is wider than the window."""
        return list(self.page.evaluate(TOO_WIDE))


def size(width: int) -> ViewportSize:
    return {"width": width, "height": 780 if width < 600 else 900}


def open_window(
    browser: Browser, url: str, width: int = 1280, locale: str = "en-GB", zone: str = "UTC"
) -> Window:
    """Open a window that shares nothing with another, as that of another person."""
    context = browser.new_context(viewport=size(width), locale=locale, timezone_id=zone)
    context.add_init_script(CLOCK)
    context.set_default_timeout(30_000)
    return Window(context.new_page(), url)
