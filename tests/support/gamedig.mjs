// usage: node gamedig.mjs FOLDER HOST PORT - prints what gamedig reads of a server, as JSON.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [folder, host, port] = process.argv.slice(2);
const require = createRequire(`${folder}/index.js`);
const { GameDig } = await import(pathToFileURL(require.resolve("gamedig")));
const state = await GameDig.query({
    type: "protocol-valve",
    host,
    port: Number(port),
    givenPortOnly: true,
    requestRules: true,
    requestRulesRequired: true,
    requestPlayersRequired: true,
    socketTimeout: 10000,
    attemptTimeout: 30000,
});
console.log(JSON.stringify(state, (_, value) => (typeof value === "bigint" ? String(value) : value)));
