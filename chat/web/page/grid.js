// How the results are laid out: in rows of equal height, every picture whole, as large as the place allows.

const GAP = 10; // pixels between two
const FLAT = [0.5, 2.6]; // width by height: what is narrower or flatter still stands in a tile like this
const LEAST = 120; // pixels: rows are no lower, and the page scrolls instead

// aspects: width by height of each. height: what there is of it; Infinity where the page scrolls anyway. under: below each row.
// The rows, each with how many are in it and how high it is.
export function justified(aspects, width, height, under = 0) {
  const ways = compositions(aspects).map((rows) => laidOut(rows, width));
  const lowest = (way) => Math.min(...way.map((row) => row.height));
  const evenness = (way) => lowest(way) / Math.max(...way.map((row) => row.height));
  const scale = (way) => Math.min(1, (height - (GAP + under) * way.length + GAP) / sum(way.map((row) => row.height)));
  const fitting = ways.filter((way) => lowest(way) * scale(way) >= LEAST);
  if (Number.isFinite(height) && fitting.length) {
    const covered = (way) => scale(way) ** 2 * sum(way.map((row) => row.height ** 2 * row.aspect));
    const way = best(fitting, (way) => covered(way) * Math.sqrt(evenness(way)));
    return way.map((row) => ({ ...row, height: row.height * scale(way) }));
  }
  const wanted = Math.min(210, Math.max(LEAST, width / 3));
  const near = (row) => -Math.abs(Math.log(row.height / wanted));
  const way = best(ways, (way) => Math.min(...way.map(near)) + Math.log(evenness(way)) / 4);
  return way.map((row) => ({ ...row, height: Math.min(row.height, 1.5 * wanted) }));
}

const best = (ways, value) => {
  const values = ways.map(value);
  return ways[values.indexOf(Math.max(...values))];
};

const sum = (numbers) => numbers.reduce((all, one) => all + one, 0);

// Every way to break a line of at most a dozen into rows.
function compositions(aspects) {
  return Array.from({ length: 2 ** Math.max(0, aspects.length - 1) }, (_, breaks) => {
    const rows = [[]];
    aspects.forEach((aspect, at) => {
      rows.at(-1).push(aspect);
      if (at < aspects.length - 1 && (breaks >> at) & 1) rows.push([]);
    });
    return rows;
  });
}

const laidOut = (rows, width) => rows.map((row) => ({ count: row.length, aspect: sum(row), height: (width - GAP * (row.length - 1)) / sum(row) }));

export function aspectOf({ width, height }) {
  return width && height ? Math.min(FLAT[1], Math.max(FLAT[0], width / height)) : 1;
}

const laid = new WeakMap(); // the first cell of a grid -> what its cells were laid out for

// Gives each cell of a grid its size, which must be the one that its rows come out at. place: what scrolls, or does not. fits: whether it
// is to fill what there is of the place.
export function layOut(place, grid, aspects, fits = true) {
  const cells = [...grid.querySelectorAll(".cell")];
  if (!cells.length || !grid.clientWidth) return;
  const under = parseFloat(getComputedStyle(grid).getPropertyValue("--under")) || 0;
  const rest = grid.querySelector(".actions")?.offsetHeight ?? 0;
  const top = grid.getBoundingClientRect().top - place.getBoundingClientRect().top + place.scrollTop;
  const height = fits && getComputedStyle(place).overflowY === "auto" ? place.clientHeight - top - rest - GAP - 24 : Infinity;
  const width = grid.clientWidth - 0.5; // no row may be wider, whatever is rounded
  const wanted = [aspects, width, height, under].join();
  if (laid.get(cells[0]) === wanted) return;
  laid.set(cells[0], wanted);
  let at = 0;
  for (const row of justified(aspects, width, height, under)) {
    const side = (width - row.aspect * row.height - GAP * (row.count - 1)) / 2;
    for (let place = 0; place < row.count; place++, at++) {
      const { style } = cells[at];
      style.setProperty("width", `${aspects[at] * row.height}px`);
      style.setProperty("margin-left", place ? "0" : `${side}px`);
      style.setProperty("margin-right", place < row.count - 1 ? "0" : `${side}px`);
      style.setProperty("--row", `${row.height}px`);
      const image = cells[at].querySelector("img");
      if (image) image.sizes = `${Math.ceil(aspects[at] * row.height)}px`;
    }
  }
}
