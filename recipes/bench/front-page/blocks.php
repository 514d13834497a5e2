<?php
// Blocks: parts of a text between comments that name them, with attributes in
// JSON. Each type of block is an object.

abstract class Block
{
    public $name;
    protected $defaults = [];

    public function __construct(string $name, array $defaults)
    {
        $this->name = $name;
        $this->defaults = $defaults;
    }

    public function attributes(array $given): array
    {
        $out = [];
        foreach ($this->defaults as $name => $default) {
            $value = $given[$name] ?? $default;
            settype($value, gettype($default));
            $out[$name] = $value;
        }
        return Hooks::filter('block_attributes', $out, $this->name);
    }

    public function classes(array $attributes): string
    {
        $classes = ['block', 'block-' . sanitize_title($this->name)];
        foreach ($attributes as $name => $value) {
            if (is_bool($value) && $value) {
                $classes[] = 'has-' . strtolower(preg_replace('/([A-Z])/', '-$1', $name));
            } elseif ($name === 'align' && $value !== '') {
                $classes[] = 'align' . $value;
            }
        }
        return implode(' ', array_unique($classes));
    }

    public function style(array $attributes): string
    {
        $css = '';
        foreach ($attributes as $name => $value) {
            if (is_int($value)) {
                $css .= sprintf('--%s:%dpx;', strtolower($name), $value);
            }
        }
        return $css;
    }

    abstract public function render(array $attributes, string $inner): string;
}

final class Blocks
{
    private static $types = [];

    public static function register(Block $type): void
    {
        self::$types[$type->name] = $type;
    }

    public static function render(string $text): string
    {
        if (strpos($text, '<!-- block:') === false) {
            return $text;
        }
        $out = '';
        $at = 0;
        $open = [];
        while (preg_match('/<!--\s+(\/)?block:([a-z][a-z0-9-]*)\s+({.*?}\s+)?(\/)?-->/s', $text, $m, PREG_OFFSET_CAPTURE, $at)) {
            $before = substr($text, $at, $m[0][1] - $at);
            $at = $m[0][1] + strlen($m[0][0]);
            $depth = count($open);
            if ($depth > 0) {
                $open[$depth - 1][2] .= $before;
            } else {
                $out .= $before;
            }
            $attributes = isset($m[3][0]) && $m[3][0] !== '' ? json_decode($m[3][0], true) : [];
            if ($m[1][0] === '/') {
                list($name, $attributes, $inner) = array_pop($open);
                $html = self::one($name, $attributes, $inner);
            } elseif (isset($m[4]) && $m[4][0] === '/') {
                $html = self::one($m[2][0], $attributes, '');
            } else {
                $open[] = [$m[2][0], $attributes, ''];
                continue;
            }
            if (count($open) > 0) {
                $open[count($open) - 1][2] .= $html;
            } else {
                $out .= $html;
            }
        }
        return $out . substr($text, $at);
    }

    private static function one(string $name, array $attributes, string $inner): string
    {
        if (!isset(self::$types[$name])) {
            return $inner;
        }
        $type = self::$types[$name];
        $html = $type->render($type->attributes($attributes), $inner);
        return Hooks::filter('render_block', $html, $name, $attributes);
    }
}
