<?php
// Run many times by one process (php-cgi -T): each run ends in another way, and
// the next must not notice.
$n = (int) @file_get_contents(__DIR__ . '/n');
file_put_contents(__DIR__ . '/n', $n + 1);
ini_set('display_errors', '1');
ini_set('html_errors', '0');

class Loud
{
    public $what;

    public function __construct($what)
    {
        $this->what = $what;
    }

    public function __destruct()
    {
        echo "destroyed: $this->what\n";
    }
}

register_shutdown_function(function () use ($n) {
    echo "shutdown of $n\n";
});
// What a run leaves behind is gone in the next.
static $seen = 0;
echo "run $n, ", ++$seen, ", ", ob_get_level(), " buffers\n";
if (ini_get('precision') !== '14' || isset($GLOBALS['left'])) {
    echo "something is left of the run before\n";
}
ini_set('precision', '5');
$left = new Loud("of $n");

function rounds($depth, $call)
{
    return $depth ? rounds($depth - 1, $call) : $call();
}

$kinds = [
    'no such function' => function () { nothing(); },
    'thrown' => function () { throw new LogicException('nobody catches this'); },
    'parse error' => function () { include __DIR__ . '/broken.php'; },
    'memory' => function () {
        ini_set('memory_limit', '8M');
        $a = [];
        while (true) {
            $a[] = str_repeat('x', 1000);
        }
    },
    'user error' => function () { trigger_error('fatal by choice', E_USER_ERROR); },
    'exit' => function () { exit('bye'); },
    'in a comparison' => function () {
        $a = [3, 1, 2];
        usort($a, function ($x, $y) { nothing($x, $y); });
    },
    'in an output handler' => function () {
        ob_start(function ($text) { return strtoupper($text); });
        echo "in a buffer\n";
        nothing();
    },
    'in a generator' => function () {
        $g = (function () { try { yield 1; nothing(); } finally { echo "finally\n"; } })();
        foreach ($g as $v) {
            echo $v, "\n";
        }
    },
    'in a destructor' => function () {
        new class {
            public function __destruct() { nothing(); }
        };
    },
    'in an iterator' => function () {
        iterator_to_array(new CallbackFilterIterator(new ArrayIterator([1]), function () { exit("filtered\n"); }));
    },
    'in a shutdown function' => function () {
        register_shutdown_function(function () { nothing(); });
        register_shutdown_function(function () { echo "not called\n"; });
    },
    'a class that is not as its interface says' => function () {
        eval('class Wrong implements Countable {}');
    },
    'no end' => function () { echo "all is well\n"; },
];
$kind = array_keys($kinds)[$n % count($kinds)];
echo $kind, ":\n";
rounds(20, $kinds[$kind]);
