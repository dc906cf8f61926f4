import { expect, it } from "vitest";
import { moveItem, dropIndex } from "./reorder";

it("moves an item and keeps the others in their order", () => {
  expect(moveItem("abcd".split(""), 0, 2).join("")).toBe("bcad");
  expect(moveItem("abcd".split(""), 3, 0).join("")).toBe("dabc");
  expect(moveItem("abcd".split(""), 1, 1).join("")).toBe("abcd");
});

it("stops at the ends", () => {
  expect(moveItem("abc".split(""), 0, -1).join("")).toBe("abc");
  expect(moveItem("abc".split(""), 2, 9).join("")).toBe("abc");
});

it("puts what is dragged where it fits, and nowhere else", () => {
  const tops = [0, 20, 40, 100, 120]; // the third is tall
  const rows = [20, 40, 100, 120, 140].map((bottom, i) => ({ top: tops[i]!, bottom }));
  const places = (from: number, ...heights: number[]) => heights.map((y) => dropIndex(rows, from, y));
  expect(places(0, -50, 10, 21, 39, 41, 79, 81, 110, 900)).toEqual([0, 0, 1, 1, 1, 1, 2, 3, 4]);
  expect(places(4, 900, 130, 119, 101, 99, 61, 59, 30, -50)).toEqual([4, 4, 3, 3, 3, 3, 2, 1, 0]);
  expect(places(2, 41, 70, 99, 39, 10, -9, 105, 130, 200)).toEqual([2, 2, 2, 1, 0, 0, 3, 4, 4]);
});

it("leaves a row where it has come to be while the pointer stays", () => {
  const heights = [20, 20, 60, 20];
  const settled = (dragged: number, y: number) => {
    let order: readonly number[] = [1, 0, 2, 3];
    const places = Array.from({ length: 3 }, () => {
      let top = 0;
      const rows = order.map((i) => ({ top, bottom: (top += heights[i]!) }));
      const to = dropIndex(rows, order.indexOf(dragged), y);
      order = moveItem(order, order.indexOf(dragged), to);
      return to;
    });
    return places[1] === places[2];
  };
  for (const dragged of [0, 2]) for (let y = -10; y < 140; y++) expect(settled(dragged, y), `${dragged} at ${y}`).toBe(true);
});
