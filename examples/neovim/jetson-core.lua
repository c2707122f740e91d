-- jetson-core in Neovim 0.7 or later: findings, completion (i_CTRL-X_CTRL-O), K, code actions, symbols.
-- In init.lua: dofile('/path/to/jetson-core.lua')
local command = { 'jetson-core', 'lsp', '--as', 'uc18' }
local client_id

vim.api.nvim_create_autocmd({ 'BufReadPost', 'BufNewFile' }, {
  pattern = { '*gadget.yaml', '*snap.yaml', 'jetson-core.yaml', '*.env.in', '*model*.yaml', '*model*.json' },
  callback = function(event)
    if vim.lsp.start then                                   -- since 0.8
      vim.lsp.start({ name = 'jetson-core', cmd = command })
    else
      client_id = client_id or vim.lsp.start_client({ name = 'jetson-core', cmd = command })
      vim.lsp.buf_attach_client(event.buf, client_id)
    end
    vim.bo[event.buf].omnifunc = 'v:lua.vim.lsp.omnifunc'
    vim.keymap.set('n', 'K', vim.lsp.buf.hover, { buffer = event.buf })
    vim.keymap.set('n', 'gd', vim.lsp.buf.definition, { buffer = event.buf })
    vim.keymap.set('n', '<Leader>a', vim.lsp.buf.code_action, { buffer = event.buf })
  end,
})
