-- Not `lazy`: that filetype is taken by lazy.nvim. The part before the dot brings YAML's syntax and settings.
vim.filetype.add({
  filename = { ['.lazy'] = 'yaml.lazyoci' },
  extension = { lazy = 'yaml.lazyoci' },
})
