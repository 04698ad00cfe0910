-- Opens a `.lazy` file in Neovim and writes what a person would see of it, as JSON.
-- Variables: LAZYOCI_TEST_FILE, _SERVER (JSON list), _SETTINGS (JSON), _LINE, _COLUMN, _MISTAKE, _COMPLETED, _RESULT.
local function env(name)
  return vim.env['LAZYOCI_TEST_' .. name]
end

local function wait(what, done)
  if not vim.wait(60000, done, 20) then
    error('waited in vain for ' .. what)
  end
end

local function clients()
  return vim.lsp.get_clients and vim.lsp.get_clients({ bufnr = 0 }) or vim.tbl_values(vim.lsp.buf_get_clients(0))
end

local function request(method, params)
  for _, answer in pairs(vim.lsp.buf_request_sync(0, method, params, 60000) or {}) do
    return answer.result
  end
end

local function start(settings)
  local command = vim.json.decode(env('SERVER'))
  if vim.lsp.config then -- 0.11 and newer: lsp/lazyoci.lua of the runtime path
    vim.lsp.config('lazyoci', { cmd = command, settings = { lazyoci = settings } })
    vim.lsp.enable('lazyoci')
  else
    require('lazyoci').setup({ cmd = command, settings = settings })
  end
end

-- The text of the window that floats over the file.
local function floating()
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(window).relative ~= '' then
      local lines = vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false)
      vim.api.nvim_win_close(window, true)
      return table.concat(lines, '\n')
    end
  end
end

local function hover()
  local text
  vim.lsp.buf.hover()
  wait('the hover', function()
    text = floating()
    return text ~= nil
  end)
  return text
end

local function hints()
  if not (vim.lsp.inlay_hint and vim.lsp.inlay_hint.get) then
    return nil
  end
  vim.lsp.inlay_hint.enable(true, { bufnr = 0 })
  wait('the hints', function()
    return #vim.lsp.inlay_hint.get({ bufnr = 0 }) > 0
  end)
  return vim.tbl_map(function(each)
    return each.inlay_hint.label
  end, vim.lsp.inlay_hint.get({ bufnr = 0 }))
end

-- What omni completion offers at the cursor, as with <C-x><C-o>.
local function completion()
  local completed = vim.json.decode(env('COMPLETED'))
  vim.api.nvim_buf_set_lines(0, completed[1] - 1, completed[1], true, { completed[2] })
  vim.api.nvim_win_set_cursor(0, { completed[1], #completed[2] })
  local items = request('textDocument/completion', vim.lsp.util.make_position_params(0, 'utf-16'))
  return vim.tbl_map(function(item)
    return item.label
  end, items and (items.items or items) or {})
end

-- The line of the mistake once its preferred fix is applied.
local function fixed()
  local line = tonumber(env('LINE'))
  local column = tonumber(env('MISTAKE'))
  local at = { line = line - 1, character = column }
  local actions = request('textDocument/codeAction', {
    textDocument = vim.lsp.util.make_text_document_params(),
    range = { start = at, ['end'] = at },
    context = { diagnostics = {} },
  })
  for _, action in ipairs(actions or {}) do
    if action.isPreferred then
      if not action.edit then -- it is made when the action is chosen
        action = request('codeAction/resolve', action)
      end
      vim.lsp.util.apply_workspace_edit(action.edit, 'utf-16')
      return vim.api.nvim_buf_get_lines(0, line - 1, line, true)[1]
    end
  end
end

local function look()
  local seen = {}
  start(vim.json.decode(env('SETTINGS')))
  vim.cmd('edit ' .. vim.fn.fnameescape(env('FILE')))
  seen.filetype = vim.bo.filetype
  seen.syntax = vim.b.current_syntax
  wait('the server', function()
    return #clients() > 0
  end)
  local client = clients()[1]
  seen.client = client.name
  seen.root = client.config.root_dir

  wait('diagnostics', function()
    return #vim.diagnostic.get(0) > 0
  end)
  seen.diagnostics = vim.tbl_map(function(each)
    return { code = each.code, line = each.lnum + 1, column = each.col, message = each.message, source = each.source }
  end, vim.diagnostic.get(0))

  vim.api.nvim_win_set_cursor(0, { tonumber(env('LINE')), tonumber(env('COLUMN')) })
  seen.hover = hover()
  seen.hints = hints()
  seen.fixed = fixed()
  wait('the end of the diagnostics', function()
    return #vim.diagnostic.get(0) == 0
  end)
  seen.completion = completion()

  client.stop(client)
  wait('the end', function()
    return client.is_stopped(client)
  end)
  return seen
end

local ok, seen = pcall(look)
local file = assert(io.open(env('RESULT'), 'w'))
file:write(vim.json.encode(ok and seen or { error = tostring(seen) }))
file:close()
vim.cmd('qall!')
