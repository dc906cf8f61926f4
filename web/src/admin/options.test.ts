import { expect, it } from "vitest";
import { linesOf, optionsOf } from "./options";

it("reads what people write, and writes what it reads", () => {
  const options = [{ value: "A", label: "Apple = red" }, { value: "Pear", label: "Pear" }, { value: "=x", label: "=x" }];
  expect(optionsOf(" A = Apple = red \n\nPear\n=x\n")).toEqual(options);
  expect(optionsOf(linesOf(options))).toEqual(options);
  expect(optionsOf("B =")).toEqual([{ value: "B", label: "B" }]);
});
