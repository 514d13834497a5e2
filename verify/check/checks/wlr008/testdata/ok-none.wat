;; wlrbuild lint --runtime wasmedge
(module
  (func (export "_start"))
)
