;; wlrbuild lint --runtime node
;; error: it exports no memory under that name: the module is refused
(module
  (func (export "_start"))
)
