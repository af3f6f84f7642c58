"""axe-core over a page: each place where a page breaks one of its rules, on a phone and at a desk, light and dark.

axe-core comes with the package axe-playwright-python, whose own wrapper runs only the default rules.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from importlib.resources import files
from itertools import product
from typing import Literal

from playwright.async_api import Page

SOURCE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTHS = (390, 1280)
# WCAG 2.2 A and AA, best practices, and the rules that axe-core still tries out, such as label-content-name-mismatch.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice", "experimental"]
RUN = """async (tags) => {
  const { violations } = await axe.run(document, { runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] });
  const said = (node) => node.any.concat(node.all, node.none).map((check) => check.message).join("; ");
  return violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${said(node)}: ${node.html.slice(0, 160)}`));
}"""


async def violations(page: Page) -> list[str]:
    """What breaks a rule as the page is now."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(SOURCE)
    found: list[str] = await page.evaluate(RUN, RULES)
    return found


async def violations_anywhere(page: Page, *, first: Callable[[], Awaitable[object]] | None = None) -> list[str]:
    """The same in every width and colour scheme; `first` is done in each of them before the page is judged."""
    found = []
    for width, scheme in product(WIDTHS, SCHEMES):
        await page.set_viewport_size({"width": width, "height": 844})
        await page.emulate_media(color_scheme=scheme)
        if first is not None:
            await first()
        found += [f"{width} px, {scheme}: {each}" for each in await violations(page)]
    return found
