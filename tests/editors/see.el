;;; see.el --- Opens a .lazy file with eglot and writes what a person would see of it, as JSON -*- lexical-binding: t -*-
;; Variables: LAZYOCI_TEST_FILE, _SERVER (JSON list), _SETTINGS (JSON), _LINE, _COLUMN, _MISTAKE, _COMPLETED, _RESULT.

(require 'package)
(package-initialize) ; eglot, where it is not part of Emacs yet
(require 'json)
(require 'flymake)
(require 'lazyoci)

(defun see-env (name)
  (getenv (concat "LAZYOCI_TEST_" name)))

(defun see-json (name type)
  (json-parse-string (see-env name) :object-type type :array-type 'list :false-object :json-false))

(defun see-wait (what done)
  (let ((end (+ (float-time) 60)))
    (while (not (funcall done))
      (when (> (float-time) end)
        (error "Waited in vain for %s" what))
      (accept-process-output nil 0.05))))

(defun see-diagnostic (each)
  (let ((message (flymake-diagnostic-text each))
        (begin (flymake-diagnostic-beg each)))
    `((message . ,message) (line . ,(line-number-at-pos begin))
      (column . ,(save-excursion (goto-char begin) (current-column))))))

(defun see-hover ()
  (let (said)
    (eglot-hover-eldoc-function (lambda (text &rest _) (setq said (substring-no-properties (or text "")))))
    (see-wait "the hover" (lambda () said))
    said))

(defun see-completion ()
  (let ((capf (eglot-completion-at-point)))
    (vconcat (mapcar #'substring-no-properties
                     (all-completions (buffer-substring-no-properties (nth 0 capf) (nth 1 capf)) (nth 2 capf))))))

(defun see-fixed ()
  "The line of the mistake once its preferred fix is applied."
  (goto-char (point-min))
  (forward-line (1- (string-to-number (see-env "LINE"))))
  (let* ((at (+ (point) (string-to-number (see-env "MISTAKE"))))
         (preferred (seq-find (lambda (each) (eq t (plist-get each :isPreferred)))
                              (eglot-code-actions at at "quickfix"))))
    (eglot--apply-workspace-edit (plist-get preferred :edit))
    (buffer-substring-no-properties (line-beginning-position) (line-end-position))))

(defun see ()
  (setq lazyoci-server-command (see-json "SERVER" 'plist)
        eglot-sync-connect 60
        eglot-autoshutdown nil)
  (setq-default eglot-workspace-configuration (list :lazyoci (see-json "SETTINGS" 'plist)))
  (find-file (see-env "FILE"))
  (let ((mode major-mode) diagnostics hover fixed)
    (eglot-ensure)
    (run-hooks 'post-command-hook)
    (unless (eglot-current-server)
      (apply #'eglot (eglot--guess-contact)))
    (see-wait "the server" #'eglot-current-server)
    (see-wait "diagnostics" (lambda () (flymake-start) (flymake-diagnostics)))
    (setq diagnostics (vconcat (mapcar #'see-diagnostic (flymake-diagnostics))))
    (goto-char (point-min))
    (forward-line (1- (string-to-number (see-env "LINE"))))
    (forward-char (string-to-number (see-env "COLUMN")))
    (setq hover (see-hover))
    (setq fixed (see-fixed))
    (eglot--signal-textDocument/didChange) ; which eglot does when Emacs is idle: never in batch mode
    (see-wait "the end of the diagnostics" (lambda () (flymake-start) (not (flymake-diagnostics))))
    (let ((completed (see-json "COMPLETED" 'plist)))
      (goto-char (point-min))
      (forward-line (1- (car completed)))
      (delete-region (point) (line-end-position))
      (insert (cadr completed)))
    (let ((completion (see-completion)))
      (set-buffer-modified-p nil)
      (eglot-shutdown (eglot-current-server))
      `((mode . ,(symbol-name mode)) (diagnostics . ,diagnostics) (hover . ,hover) (fixed . ,fixed)
        (completion . ,completion)))))

(let ((seen (condition-case failure (see)
              (error `((error . ,(error-message-string failure)))))))
  (with-temp-file (see-env "RESULT")
    (insert (json-encode seen))))
