// Writes workbooks by SheetJS and ExcelJS. Reads jobs as JSON from the file named: {out, program, suffix, book} each,
// where a cell is [row, column, kind (s, n, e), value, number format, formula]. Days are serial numbers already.
"use strict";
const fs = require("fs");
const ExcelJS = require("exceljs");
const XLSX = require("xlsx");

const BOOK_TYPES = { ".xlsx": "xlsx", ".xlsm": "xlsm", ".xlsb": "xlsb", ".xls": "biff8", ".ods": "ods", ".xml": "xlml", ".html": "html" };

function bySheetJs(job) {
  const book = XLSX.utils.book_new();
  book.Workbook = { WBProps: { date1904: job.book.days_from_1904 }, Sheets: [] };
  for (const tab of job.book.tabs) {
    const sheet = {};
    let bottom = 0, right = 0;
    for (const [row, column, kind, value, format, formula] of tab.cells) {
      const cell = { t: kind, v: value };
      if (kind === "e") Object.assign(cell, { v: { "#N/A": 42, "#VALUE!": 15 }[value], w: value });
      if (format) cell.z = format;
      if (formula) cell.f = formula;
      sheet[XLSX.utils.encode_cell({ r: row - 1, c: column - 1 })] = cell;
      bottom = Math.max(bottom, row - 1);
      right = Math.max(right, column - 1);
    }
    sheet["!ref"] = XLSX.utils.encode_range({ s: { r: 0, c: 0 }, e: { r: bottom, c: right } });
    sheet["!merges"] = tab.merged.map(([top, left, bottom, right]) =>
      ({ s: { r: top - 1, c: left - 1 }, e: { r: bottom - 1, c: right - 1 } }));
    if (tab.hidden_rows.length) {
      sheet["!rows"] = [];
      for (const row of tab.hidden_rows) sheet["!rows"][row - 1] = { hidden: true };
    }
    XLSX.utils.book_append_sheet(book, sheet, tab.name);
    book.Workbook.Sheets.push({ Hidden: tab.is_hidden ? 1 : 0 });
  }
  const options = { bookType: BOOK_TYPES[job.suffix], bookSST: job.suffix === ".xlsb" || job.suffix === ".xlsm" };
  if (job.macros) { book.vbaraw = Buffer.from("not a real macro project"); options.bookVBA = true; }
  fs.writeFileSync(job.out, XLSX.write(book, { ...options, type: "buffer" }));
}

async function byExcelJs(job, book) {
  for (const tab of job.book.tabs) {
    const sheet = book.addWorksheet(tab.name, { state: tab.is_hidden ? "hidden" : "visible" });
    const rows = new Map();
    for (const cell of tab.cells) rows.set(cell[0], [...(rows.get(cell[0]) || []), cell]);
    for (const number of [...rows.keys()].sort((one, other) => one - other)) {
      const row = sheet.getRow(number);
      for (const [, column, kind, value, format, formula] of rows.get(number)) {
        const cell = row.getCell(column);
        const plain = kind === "e" ? { error: value } : value;
        cell.value = formula ? { formula, result: plain } : plain;
        if (format) cell.numFmt = format;
      }
      if (tab.hidden_rows.includes(number)) row.hidden = true;
    }
    for (const [top, left, bottom, right] of tab.merged) sheet.mergeCells(top, left, bottom, right);
    if (sheet.commit) sheet.commit();
  }
}

async function write(job) {
  if (job.program === "SheetJS") return bySheetJs(job);
  if (job.program === "ExcelJS") {
    const book = new ExcelJS.Workbook();
    book.properties.date1904 = job.book.days_from_1904;
    await byExcelJs(job, book);
    return book.xlsx.writeFile(job.out);
  }
  const book = new ExcelJS.stream.xlsx.WorkbookWriter({ filename: job.out, useStyles: true, useSharedStrings: false });
  await byExcelJs(job, book);
  return book.commit();
}

(async () => {
  for (const job of JSON.parse(fs.readFileSync(process.argv[2], "utf8"))) await write(job);
})();
