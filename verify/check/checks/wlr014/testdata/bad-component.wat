;; wlrbuild lint --runtime wasmedge
;; error: the file is a component (version 13), not a module
(component)
