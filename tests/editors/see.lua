-- Opens a `.lazy` file in Neovim and writes what a person would see of it, as JSON.
-- Variables: LAZYOCI_TEST_FILE, _SERVER (JSON list), _SETTINGS (JSON), _LINE, _COLUMN, _COMPLETED, _RESULT.
local function env(name)
  return vim.env['LAZYOCI_TEST_' .. name]
end

local function wait(what, done)
  if not vim.wait(60000, done, 20) then
    error('waited in vain for ' .. what)
  end
end

local function request(client, method, params)
  local answer = client.request_sync(method, params, 60000, 0)
  return answer and answer.result
end

local function look()
  local seen = {}
  local settings = vim.json.decode(env('SETTINGS'))
  require('lazyoci').setup({ cmd = vim.json.decode(env('SERVER')), settings = settings })
  vim.cmd('edit ' .. vim.fn.fnameescape(env('FILE')))
  seen.filetype = vim.bo.filetype
  seen.syntax = vim.b.current_syntax
  wait('the server', function()
    return next(vim.lsp.buf_get_clients(0)) ~= nil
  end)
  local _, client = next(vim.lsp.buf_get_clients(0))
  seen.client = client.name
  seen.root = client.config.root_dir

  wait('diagnostics', function()
    return #vim.diagnostic.get(0) > 0
  end)
  seen.diagnostics = vim.tbl_map(function(each)
    return { code = each.code, line = each.lnum + 1, column = each.col, message = each.message, source = each.source }
  end, vim.diagnostic.get(0))

  vim.api.nvim_win_set_cursor(0, { tonumber(env('LINE')), tonumber(env('COLUMN')) })
  local hover = request(client, 'textDocument/hover', vim.lsp.util.make_position_params())
  seen.hover = hover and hover.contents.value

  local completed = vim.json.decode(env('COMPLETED'))
  vim.api.nvim_buf_set_lines(0, completed[1] - 1, completed[1], true, { completed[2] })
  vim.api.nvim_win_set_cursor(0, { completed[1], #completed[2] })
  local items = request(client, 'textDocument/completion', vim.lsp.util.make_position_params())
  seen.completion = vim.tbl_map(function(item)
    return item.label
  end, items and (items.items or items) or {})

  client.stop()
  wait('the end', function()
    return client.is_stopped()
  end)
  return seen
end

local ok, seen = pcall(look)
local file = assert(io.open(env('RESULT'), 'w'))
file:write(vim.json.encode(ok and seen or { error = tostring(seen) }))
file:close()
vim.cmd('qall!')
