;; wlrbuild lint --runtime wasmedge@0.14.1
;; warning: try_table uses exception-handling, which --enable-exception-handling turns on
;;   Note: interpreted only.
(module
  (tag $error)
  (memory (export "memory") 1)
  (func (export "_start")
    block $caught
      try_table (catch $error $caught)
        throw $error
      end
    end))
