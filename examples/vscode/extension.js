// Starts `jetson-core lsp` for the files that it knows.
const { workspace } = require('vscode');
const { LanguageClient } = require('vscode-languageclient/node');

let client;

exports.activate = () => {
  const settings = workspace.getConfiguration('jetson-core');
  client = new LanguageClient(
    'jetson-core',
    'jetson-core',
    { command: settings.get('command'), args: ['lsp', '--as', settings.get('as')] },
    {
      documentSelector: [
        { pattern: '**/*gadget.yaml' },
        { pattern: '**/*snap.yaml' },
        { pattern: '**/jetson-core.yaml' },
        { pattern: '**/*model*.{yaml,yml,json}' },
        { pattern: '**/*.env.in' },
      ],
    },
  );
  return client.start();
};

exports.deactivate = () => client?.stop();
