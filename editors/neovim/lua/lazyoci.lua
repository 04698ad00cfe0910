-- For Neovim 0.7 to 0.10: require('lazyoci').setup({ cmd = …, settings = … })
local M = {}

local clients = {} -- by root directory; only where vim.lsp.start is not there yet (before 0.8)

local function root_of(buffer)
  local directory = vim.fn.fnamemodify(vim.api.nvim_buf_get_name(buffer), ':p:h')
  local git = vim.fn.finddir('.git', directory .. ';')
  if git == '' then
    git = vim.fn.findfile('.git', directory .. ';') -- a worktree or submodule
  end
  return git ~= '' and vim.fn.fnamemodify(git:gsub('/$', ''), ':p:h:s?/\\.git$??') or directory
end

local function attach(buffer, options)
  local root = root_of(buffer)
  local config = {
    name = 'lazyoci',
    cmd = options.cmd or { 'lazyoci', 'lsp' },
    root_dir = root,
    workspace_folders = { { uri = vim.uri_from_fname(root), name = vim.fn.fnamemodify(root, ':t') } },
    get_language_id = function()
      return 'lazyoci'
    end,
    settings = { lazyoci = options.settings or vim.empty_dict() },
    init_options = options.settings,
    on_attach = options.on_attach,
    capabilities = options.capabilities,
  }
  if vim.lsp.start then
    vim.lsp.start(config, { bufnr = buffer })
    return
  end
  config.on_exit = function()
    clients[root] = nil
  end
  clients[root] = clients[root] or vim.lsp.start_client(config)
  if clients[root] then
    vim.lsp.buf_attach_client(buffer, clients[root])
  end
end

--- Detect `.lazy` files and start the language server for them.
--- @param options table? cmd (list), settings (table under `lazyoci`), on_attach (function), capabilities (table)
function M.setup(options)
  options = options or {}
  local group = vim.api.nvim_create_augroup('lazyoci', { clear = true })
  vim.api.nvim_create_autocmd({ 'BufRead', 'BufNewFile' }, {
    group = group,
    pattern = { '.lazy', '*.lazy' },
    callback = function()
      vim.bo.filetype = 'yaml.lazyoci'
    end,
  })
  vim.api.nvim_create_autocmd('FileType', {
    group = group,
    pattern = 'yaml.lazyoci',
    callback = function(event)
      attach(event.buf, options)
    end,
  })
end

return M
