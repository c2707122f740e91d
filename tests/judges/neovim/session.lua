-- A person's session with Neovim's own client and the settings in CONFIG: opens the file GADGET, sees findings, types,
-- completes, looks things up, has everything mended and saves. Says what came of each step as one JSON object.
local report = {}
local exit_code, client_id

local start_client = vim.lsp.start_client
vim.lsp.start_client = function(config)
  config.on_exit = function(code) exit_code = code end
  client_id = start_client(config)
  return client_id
end
dofile(os.getenv('CONFIG'))

vim.cmd('edit ' .. vim.fn.fnameescape(os.getenv('GADGET')))
local buffer = vim.api.nvim_get_current_buf()

local function findings()
  local found = {}
  for _, one in ipairs(vim.diagnostic.get(buffer)) do
    table.insert(found, {
      line = one.lnum, column = one.col, endColumn = one.end_col, severity = one.severity,
      code = one.user_data.lsp.code, message = one.message,
    })
  end
  return found
end

local function wait_for(code, is_there)
  return vim.wait(20000, function()
    for _, one in ipairs(findings()) do
      if one.code == code then return is_there end
    end
    return not is_there and vim.lsp.get_client_by_id(client_id) ~= nil
  end, 5)
end

local function ask(method, parameters)
  local answers = vim.lsp.buf_request_sync(buffer, method, parameters, 20000)
  return answers and answers[client_id] and (answers[client_id].result or answers[client_id].error)
end

-- The last line with a text, and the place a number of bytes behind its start.
local function place_of(text, behind)
  local lines = vim.api.nvim_buf_get_lines(buffer, 0, -1, false)
  for number = #lines, 1, -1 do
    local at = lines[number]:find(text, 1, true)
    if at then
      vim.api.nvim_win_set_cursor(0, { number, at - 1 + (behind or 0) })
      return { number - 1, at - 1 + (behind or 0) }
    end
  end
end

-- Typed at the end of a line, as in insert mode.
local function type_behind(text, typed)
  local place = place_of(text)
  local line = vim.api.nvim_buf_get_lines(buffer, place[1], place[1] + 1, false)[1]
  vim.api.nvim_buf_set_text(buffer, place[1], #line, place[1], #line, vim.split(typed, '\n'))
end

local function complete_at_end_of(text)
  local place = place_of(text)
  local line = vim.api.nvim_buf_get_lines(buffer, place[1], place[1] + 1, false)[1]
  local parameters = vim.lsp.util.make_text_document_params()
  return ask('textDocument/completion', {
    textDocument = parameters, position = { line = place[1], character = vim.str_utfindex(line) },
  })
end

report.opened = wait_for('JC1008', true)
report.findings = findings()

-- A role of which only the beginning is typed, at the end of the file, then taken from the completions.
type_behind('name: USP', '\n        rol')
local keys = complete_at_end_of('        rol')
report.keys = {}
for _, one in ipairs(keys) do
  table.insert(report.keys, one.label)
  if one.label == 'role' then
    vim.lsp.util.apply_text_edits({ one.textEdit }, buffer, 'utf-16')
  end
end
report.completed = vim.api.nvim_buf_get_lines(buffer, 0, -1, false)
type_behind('        role: ', 'system')
report.typed = wait_for('JC1421', true)
report.values = vim.tbl_map(function(one) return one.label end, complete_at_end_of('        role: system'))
local added = place_of('        role: system')[1]
vim.api.nvim_buf_set_lines(buffer, added, added + 1, false, {})
report.untyped = vim.wait(20000, function()
  for _, one in ipairs(findings()) do
    if one.code == 'JC1421' and one.message:find('"system"', 1, true) then return false end
  end
  return true
end, 5)

place_of('size: 4194304', 1)
report.hover = ask('textDocument/hover', vim.lsp.util.make_position_params(0, 'utf-16'))
report.symbols = ask('textDocument/documentSymbol', { textDocument = vim.lsp.util.make_text_document_params() })

local whole = vim.lsp.util.make_given_range_params({ 1, 0 }, { vim.api.nvim_buf_line_count(buffer), 0 }, buffer, 'utf-16')
whole.context = { diagnostics = {} }
report.actions = ask('textDocument/codeAction', whole)
for _, action in ipairs(report.actions) do
  if action.kind == 'source.fixAll' then
    vim.lsp.util.apply_workspace_edit(action.edit, 'utf-16')
  end
end
vim.cmd('write')
report.mended = wait_for('JC1008', false)

vim.lsp.get_client_by_id(client_id).stop()
vim.wait(10000, function() return exit_code ~= nil end, 5)
report.exitCode = exit_code
io.stdout:write(vim.fn.json_encode(report))
vim.cmd('qall!')
