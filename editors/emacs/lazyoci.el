;;; lazyoci.el --- Mode for .lazy files, with eglot -*- lexical-binding: t -*-

;; SPDX-License-Identifier: Apache-2.0
;; Version: 0.2.0
;; Package-Requires: ((emacs "28.1") (eglot "1.9"))

;;; Commentary:

;; `lazyoci-mode' is `yaml-mode' where that is installed, else text with comments.
;; M-x eglot, or (add-hook 'lazyoci-mode-hook #'eglot-ensure), starts `lazyoci lsp'.

;;; Code:

(require 'eglot)

(declare-function yaml-mode "yaml-mode")

(defgroup lazyoci nil
  "Editing .lazy files."
  :group 'languages)

(defcustom lazyoci-server-command '("lazyoci" "lsp")
  "The program of the language server and its arguments."
  :type '(repeat string))

(defvar lazyoci-template-keywords
  '(("{{-?\\|-?}}" 0 font-lock-preprocessor-face t)
    ("{{[^}]*?\\(\\.[[:alpha:]][[:alnum:]]*\\)" 1 font-lock-variable-name-face t))
  "Font lock keywords for Go templates.")

;; The best mode for YAML that there is.
(defalias 'lazyoci-parent-mode
  (if (require 'yaml-mode nil t) #'yaml-mode #'text-mode))

;;;###autoload
(define-derived-mode lazyoci-mode lazyoci-parent-mode "lazyoci"
  "Major mode for .lazy files."
  (setq-local comment-start "# "
              comment-start-skip "#+[ \t]*"
              indent-tabs-mode nil)
  (font-lock-add-keywords nil lazyoci-template-keywords t))

;;;###autoload
(add-to-list 'auto-mode-alist '("\\.lazy\\'" . lazyoci-mode))

(defun lazyoci--contact (&rest _)
  "How eglot starts the server: with the settings for its first answers."
  (let ((settings (default-value 'eglot-workspace-configuration)))
    (append lazyoci-server-command
            (when (keywordp (car-safe settings))
              (list :initializationOptions (plist-get settings :lazyoci))))))

(add-to-list 'eglot-server-programs (cons 'lazyoci-mode #'lazyoci--contact))

(provide 'lazyoci)
;;; lazyoci.el ends here
