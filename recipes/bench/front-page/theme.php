<?php
// Templates, menus, widgets, styles and scripts.

final class Theme
{
    public static function render(string $template, array $variables): string
    {
        ob_start();
        extract($variables, EXTR_SKIP);
        require ROOT . '/made/templates/' . Hooks::filter('template_include', $template) . '.php';
        return ob_get_clean();
    }

    public static function part(string $name, array $variables = []): void
    {
        Hooks::run('get_template_part', $name);
        echo self::render($name, $variables);
    }
}

final class Scripts
{
    private static $registered = [];

    public static function register(string $handle, array $needs, string $version): void
    {
        self::$registered[$handle] = ['handle' => $handle, 'needs' => $needs, 'version' => $version];
    }

    public static function html(): string
    {
        $done = [];
        foreach (array_keys(self::$registered) as $handle) {
            self::resolve($handle, $done);
        }
        $html = '';
        foreach ($done as $handle => $script) {
            $url = sprintf('https://example.org/assets/js/%s.min.js?ver=%s', $handle, rawurlencode($script['version']));
            $tag = sprintf("<script src='%s' id='%s-js'></script>\n", esc_url(Hooks::filter('script_src', $url, $handle)), esc_attr($handle));
            $html .= Hooks::filter('script_tag', $tag, $handle);
        }
        return $html;
    }

    private static function resolve(string $handle, array &$done): void
    {
        if (isset($done[$handle])) {
            return;
        }
        foreach (self::$registered[$handle]['needs'] as $need) {
            self::resolve($need, $done);
        }
        $done[$handle] = self::$registered[$handle];
    }
}

final class Styles
{
    private static $tree = [];

    public static function merge(array $tree): void
    {
        self::$tree = array_replace_recursive(self::$tree, $tree);
    }

    public static function css(): string
    {
        return ':root{' . self::variables(self::$tree, '--site') . '}';
    }

    private static function variables(array $tree, string $prefix): string
    {
        ksort($tree);
        $css = '';
        foreach ($tree as $name => $value) {
            $key = $prefix . '--' . strtolower(preg_replace('/(?<!^)[A-Z0-9]/', '-$0', (string) $name));
            $css .= is_array($value) ? self::variables($value, $key) : $key . ': ' . $value . ';';
        }
        return $css;
    }
}

final class Menu
{
    public static function html(array $items): string
    {
        usort($items, function ($a, $b) {
            return [$a['parent'], $a['order']] <=> [$b['parent'], $b['order']];
        });
        $children = [];
        foreach ($items as $item) {
            $children[$item['parent']][] = Hooks::filter('menu_item', $item);
        }
        return self::level($children, 0, 0);
    }

    private static function level(array $children, int $parent, int $depth): string
    {
        $html = str_repeat("\t", $depth) . '<ul class="menu-' . $depth . "\">\n";
        foreach ($children[$parent] ?? [] as $item) {
            $classes = ['menu-item', 'menu-item-' . $item['id']];
            if (isset($children[$item['id']])) {
                $classes[] = 'has-children';
            }
            $classes = Hooks::filter('menu_classes', array_filter($classes), $item);
            $html .= sprintf('%s<li class="%s"><a href="%s" title="%s">%s</a>', str_repeat("\t", $depth + 1),
                esc_attr(implode(' ', $classes)), esc_url($item['url']), esc_attr($item['title']),
                Hooks::filter('the_title', __($item['title'])));
            if (isset($children[$item['id']])) {
                $html .= "\n" . self::level($children, $item['id'], $depth + 1);
            }
            $html .= "</li>\n";
        }
        return $html . str_repeat("\t", $depth) . "</ul>\n";
    }
}

abstract class Widget
{
    protected $settings;

    public function __construct(array $settings)
    {
        $this->settings = $settings;
    }

    abstract public function body(): string;

    public function display(): void
    {
        $title = Hooks::filter('widget_title', __($this->settings['title']), $this->settings);
        ob_start();
        echo '<section class="widget"><h2>', esc_html($title), '</h2>', $this->body(), "</section>\n";
        echo Hooks::filter('widget_output', ob_get_clean());
    }
}

final class Sidebar
{
    private static $widgets = [];

    public static function add(Widget $widget): void
    {
        self::$widgets[] = $widget;
    }

    public static function display(): void
    {
        foreach (self::$widgets as $widget) {
            $widget->display();
        }
    }
}
