-- For Neovim 0.11 and newer: vim.lsp.enable('lazyoci')
return {
  cmd = { 'lazyoci', 'lsp' },
  filetypes = { 'yaml.lazyoci' },
  root_markers = { '.git', '.lazy' },
  get_language_id = function()
    return 'lazyoci'
  end,
  settings = { lazyoci = vim.empty_dict() },
  before_init = function(params, config)
    params.initializationOptions = config.settings.lazyoci -- known before the first diagnostics
  end,
}
