"""What is asked of a page in a browser: function bodies in JavaScript, each with what it returns."""

WIDTH = "return document.scrollingElement.scrollWidth"

ENDS = "return [...document.querySelectorAll(arguments[0])].map(part => part.getBoundingClientRect().bottom)"
"""How far down each element that a selector finds ends, in CSS pixels."""

REACH = """
const main = document.querySelector('main').getBoundingClientRect()
const parts = [...document.querySelectorAll('main > section')].filter(part => {
    const figures = part.querySelector('.evidence')
    return !figures || figures.children.length
})
return parts.map(part => {
    const ends = [...part.querySelectorAll('p, li, td, svg, pre')].map(it => it.getBoundingClientRect().right)
    return (Math.max(...ends) - main.left) / main.width
})
"""
"""How far each part that shows figures reaches to the right, as a share of the width that there is."""

TEXTS = "return [...document.querySelectorAll(arguments[0])].map(part => part.textContent.trim())"

HEADINGS = "return [...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(part => Number(part.localName[1]))"
"""The levels of all headings, in order."""

SMALLEST = """
return [...document.querySelectorAll('svg text')].map(text => ({
    text: text.textContent,
    size: parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().d,
}))
"""
"""Every text in a picture with its size as it is shown, in CSS pixels."""

OUTSIDE = """
return [...document.querySelectorAll('svg text')].filter(text => {
    const inner = text.getBoundingClientRect(), outer = text.ownerSVGElement.getBoundingClientRect()
    return inner.left < outer.left - 1 || inner.right > outer.right + 1
        || inner.top < outer.top - 3 || inner.bottom > outer.bottom + 3
}).map(text => text.textContent)
"""
"""Texts that their picture cuts; a line's box is some pixels higher than its letters."""

OVERLAPPING = """
const found = []
for (const picture of document.querySelectorAll('svg')) {
    const boxes = [...picture.querySelectorAll('text')].map(text => [text, text.getBoundingClientRect()])
    boxes.forEach(([text, box], place) => boxes.slice(0, place).forEach(([other, its]) => {
        const across = Math.min(box.right, its.right) - Math.max(box.left, its.left)
        const down = Math.min(box.bottom, its.bottom) - Math.max(box.top, its.top)
        if (across > 1 && down > 4) found.push([text.textContent, other.textContent])
    }))
}
return found
"""
"""Pairs of texts of one picture that lie upon one another."""

FAINT = """
const parsed = colour => colour.match(/[\\d.]+/g).map(Number)
const linear = share => share <= .04045 ? share / 12.92 : ((share + .055) / 1.055) ** 2.4
const luminance = ([r, g, b]) =>
    .2126 * linear(r / 255) + .7152 * linear(g / 255) + .0722 * linear(b / 255)
const behind = part => {
    for (; part; part = part.parentElement) {
        const [r, g, b, alpha = 1] = parsed(getComputedStyle(part).backgroundColor)
        if (alpha > 0) return [r, g, b]
    }
    return [255, 255, 255]
}
const found = []
for (const part of document.querySelectorAll('body *')) {
    const own = [...part.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim())
    if (!own || part.localName === 'title' || !part.getClientRects().length) continue
    const style = getComputedStyle(part)
    const ink = luminance(parsed(part.localName === 'text' ? style.fill : style.color))
    const ground = luminance(behind(part))
    const contrast = (Math.max(ink, ground) + .05) / (Math.min(ink, ground) + .05)
    if (contrast < arguments[0]) found.push([part.textContent, contrast])
}
return found
"""
"""Texts whose contrast to what is behind them is less than asked (WCAG 2.2)."""

SERIES = """
const fill = document.querySelector('#columns svg g[fill], #columns svg rect[fill]')
const line = document.querySelector('#columns svg path[stroke-width], #columns svg rect[stroke]')
const keys = [...document.querySelectorAll('.key')].map(key => getComputedStyle(key).borderTopColor)
return [getComputedStyle(fill).fill, getComputedStyle(line).stroke, ...keys]
"""
"""The colours of real rows' bars and of synthetic rows' outlines, and those that the key gives."""

LADDER = "return [...document.querySelectorAll('svg.shades rect')].map(box => getComputedStyle(box).fill)"
"""The shades of the matrices, from 0 to 1."""
