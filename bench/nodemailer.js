// SPDX-License-Identifier: GPL-3.0-or-later
// nodemailer.js PORT CONNECTIONS MESSAGES BYTES - personalised letters through nodemailer's pooled transport.
// Prints one line of JSON: seconds, cpu (seconds of this process while it sends), size (mean, as made), failed.
'use strict';
const path = require('path');
const folder = path.resolve(process.argv[6] || '.', 'node_modules', 'nodemailer');
const nodemailer = require(folder);
const [port, connections, messages, bytes] = process.argv.slice(2, 6).map(Number);

const text = 'Dear {{title}} {{name}},\n\nPlease read this document before the forum.\n\n';
const html = '<!DOCTYPE html>\n<html lang="en"><body>\n<p>Dear {{title}} {{name}},</p>\n<p>Please read this document ' +
  'before the forum.</p>\n';
const filler = 'A few lines are enough; one precise proposal is worth more than a long statement. ';

// Both halves are filled so that the whole message has about BYTES bytes.
function fill(template, end) {
  const room = Math.max(0, (bytes - 1250) / 2 - template.length);
  let lines = '';
  while (lines.length < room)
    lines += filler + '\n';
  return template + lines + end;
}
const textLetter = fill(text, '\n'), htmlLetter = fill(html, '</body></html>\n');

function letter(i) {
  const values = { title: i % 2 ? 'Sir' : 'Madam', name: 'Surname' + i };
  const merge = (template) => template.replace(/\{\{(\w+)\}\}/g, (_, key) => values[key]);
  return {
    from: '"Forum of Examples" <secretariat@forum.example>',
    to: `"Given${i} Surname${i}" <p${i}@office${i % 50}.example>`,
    replyTo: `answers+${i}k7m2q9@forum.example`,
    envelope: { from: `bounces+${i}k7m2q9@forum.example`, to: `p${i}@office${i % 50}.example` },
    subject: 'Report: to read before the forum (M-1)',
    text: merge(textLetter),
    html: merge(htmlLetter),
    attachments: [{ filename: 'note.en.txt', content: 'A small note.\n', contentType: 'text/plain' }],
  };
}

async function meanSize() {
  const made = nodemailer.createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
  const info = await made.sendMail(letter(1234));
  return info.message.length;
}

async function main() {
  const size = await meanSize();
  const pool = nodemailer.createTransport({ host: '127.0.0.1', port, secure: false, ignoreTLS: true, pool: true,
    maxConnections: connections, maxMessages: Infinity });
  let next = 0, done = 0, failed = 0;
  const cpu = process.cpuUsage(), began = process.hrtime.bigint();
  await new Promise((resolve) => {
    const ended = (error) => {
      failed += error ? 1 : 0;
      if (++done === messages)
        resolve();
    };
    const feed = () => {
      while (pool.isIdle() && next < messages)
        pool.sendMail(letter(next++), ended);
    };
    pool.on('idle', feed);
    feed();
  });
  const seconds = Number(process.hrtime.bigint() - began) / 1e9, used = process.cpuUsage(cpu);
  pool.close();
  console.log(JSON.stringify({ seconds, cpu: (used.user + used.system) / 1e6, size, failed }));
}
main();
