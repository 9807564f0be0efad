// Writes files of Microsoft's compound format, out of streams. Reads jobs as JSON from the file named:
// {out, streams: [[path, base64]]} each; a path ends in "/" when it is a folder.
"use strict";
const fs = require("fs");
const CFB = require("cfb");

for (const job of JSON.parse(fs.readFileSync(process.argv[2], "utf8"))) {
  const container = CFB.utils.cfb_new();
  CFB.utils.cfb_del(container, "/\u0001Sh33tJ5");
  for (const [path, body] of job.streams) CFB.utils.cfb_add(container, path, Buffer.from(body, "base64"));
  fs.writeFileSync(job.out, CFB.write(container, { type: "buffer", fileType: "cfb" }));
}
