// Looks at a page's layout as laid out by the browser.
import { expect } from '@playwright/test';

/** Nothing sticks out to the side: the page needs no horizontal scrolling, and hides nothing instead. */
export async function fits(page) {
  const out = await page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const found = [];
    if (document.scrollingElement.scrollWidth > width) {
      found.push(`the page is ${document.scrollingElement.scrollWidth} px wide, its window ${width}`);
    }
    const unseen = (style) => style.position === 'absolute' && (style.clipPath !== 'none' || style.clip !== 'auto');
    const excused = (element) => {
      for (let e = element; e && e !== document.body; e = e.parentElement) {
        const style = getComputedStyle(e);
        if (unseen(style) || (e !== element && ['auto', 'scroll'].includes(style.overflowX))) return true;
      }
      return false;
    };
    for (const element of document.querySelectorAll('body *')) {
      if (!element.checkVisibility({ visibilityProperty: true })) continue;
      const { left, right, width: wide } = element.getBoundingClientRect();
      if (wide > 0 && (left < -1 || right > width + 1) && !element.closest('svg svg, svg *, .skip') && !excused(element)) {
        found.push(`${element.tagName.toLowerCase()}.${element.getAttribute('class')}: ${Math.round(left)} to ${Math.round(right)} of ${width} px`);
      }
    }
    return found.slice(0, 10);
  });
  expect(out, `what sticks out of ${page.url()}`).toEqual([]);
}
