<?php
// Makes the files of a site in made/: 220 modules, 40 types of blocks, 12 widgets,
// 12 templates, texts and options. The same every time.

mkdir(__DIR__ . '/made/templates', 0777, true);

// number is a number below $n, the next of a series.
function number(int $n): int
{
    static $state = 20231114;
    $state = ($state * 1103515245 + 12345) % 2147483648;
    return ($state >> 8) % $n;
}

const WORDS = ['river', 'stone', 'garden', 'morning', 'letter', 'window', 'harbour', 'market', 'paper', 'winter',
    'engine', 'bridge', 'village', 'summer', 'mountain', 'kitchen', 'station', 'forest', 'library', 'evening',
    'walked', 'found', 'carried', 'opened', 'counted', 'turned', 'watched', 'painted', 'quiet', 'narrow',
    'bright', 'heavy', 'second', 'early', 'distant', 'wooden', 'the', 'a', 'of', 'and', 'to', 'in', 'with', 'from'];

function words(int $n): string
{
    $out = [];
    for ($i = 0; $i < $n; $i++) {
        $out[] = WORDS[number(count(WORDS))];
    }
    return implode(' ', $out);
}

// sentence has the quotes and dashes that texturize looks for.
function sentence(): string
{
    $ends = ['.', '.', '.', '...', '!', '?'];
    $kinds = ['%s, %s', '"%s," she said, %s', '%s -- %s', "it's %s, isn't it: %s", '%s (%s)', 'in the \'90s %s & %s', '%s 3x4 %s'];
    return ucfirst(sprintf($kinds[number(count($kinds))], words(4 + number(8)), words(3 + number(7)))) . $ends[number(count($ends))];
}

function sentences(int $n): string
{
    $out = [];
    for ($i = 0; $i < $n; $i++) {
        $out[] = sentence();
    }
    return implode(' ', $out);
}

function title(): string
{
    return ucwords(words(2 + number(4)));
}

$index = [];

function write(string $name, string $text): void
{
    global $index;
    if (strpos($name, '/') === false && $name !== 'index.php') {
        $index[] = $name;
    }
    file_put_contents(__DIR__ . '/made/' . $name, $text);
}

function php($value): string
{
    return var_export($value, true);
}

// fill puts values into a template, at @name@.
function fill(string $template, array $values): string
{
    $pairs = [];
    foreach ($values as $name => $value) {
        $pairs["@$name@"] = (string) $value;
    }
    return strtr($template, $pairs);
}

// The data: options, texts in blocks, comments, terms, translations.

$options = ['posts_per_page' => 10, 'blogname' => 'A Site of Some Size', 'date_format' => 'F j, Y', 'time_format' => 'g:i a'];
for ($i = 0; $i < 220; $i++) {
    $option = ['enabled' => true, 'version' => "1.$i", 'since' => 1600000000 + $i, 'labels' => []];
    for ($k = 0; $k < 10; $k++) {
        $option['labels']["label_$k"] = title();
        $option["setting_$k"] = $k % 3 === 0 ? number(100) : ($k % 3 === 1 ? words(3) : [number(9), number(9), words(1)]);
    }
    $options["module_$i"] = serialize($option);
}
for ($i = 0; $i < 150; $i++) {
    $options["transient_$i"] = $i % 2 ? words(6) : serialize(['timeout' => 1700000000 + $i, 'value' => words(4)]);
}

function block(string $name, array $attributes, string $inner): string
{
    $json = json_encode($attributes);
    return $inner === '' ? "<!-- block:$name $json /-->\n" : "<!-- block:$name $json -->\n$inner\n<!-- /block:$name -->\n";
}

function article(int $n): string
{
    $out = '';
    for ($i = 0; $i < 6; $i++) {
        $attributes = ['align' => ['', 'left', 'wide'][number(3)], 'level' => 2 + number(3), 'dropCap' => number(4) === 0, 'gap' => number(40)];
        $text = sentences(3) . ' <a href="https://example.org/?p=' . number(900) . '&x=1">' . words(2) . '</a> ' . sentences(2);
        if ($i % 3 === 2) {
            $text .= ' [note id="' . number(99) . '" kind=aside]' . sentence() . '[/note] [figure size=3x4 /]';
        }
        if ($i % 4 === 1) {
            $text .= "\nSee https://example.org/archive/" . sanitize(words(2)) . " :)\n\n<code>\$x = \"y\" -- z;</code>";
        }
        $name = 'type-' . ($n * 7 + $i * 5) % 40;
        $out .= $i % 3 === 0 ? block('type-' . $i, $attributes, block($name, ['gap' => $i], "<p>$text</p>") . "<p>" . sentence() . "</p>") : block($name, $attributes, "<p>$text</p>");
        if ($i % 2) {
            $out .= block('type-' . (39 - $i), ['label' => title(), 'url' => "https://example.org/$i?a=1&b=2"], '');
        }
    }
    return $out;
}

function sanitize(string $text): string
{
    return str_replace(' ', '-', $text);
}

$posts = $comments = $terms = $meta = [];
for ($id = 1; $id <= 14; $id++) {
    $posts[] = ['id' => $id, 'status' => $id % 7 === 0 ? 'draft' : 'publish', 'title' => title() . ' -- "' . title() . '"',
        'content' => article($id), 'author' => title(), 'date' => 1700000000 - $id * 86400];
    for ($k = 0; $k < 4; $k++) {
        $comments[] = ['id' => count($comments) + 1, 'post' => $id, 'author' => title(), 'date' => 1700000000 - $id * 80000 + $k,
            'text' => sentences(2) . ' <b onclick="x()">' . words(2) . '</b> <script>bad()</script> http://example.org/' . $k . ' :)'];
        $terms[] = ['id' => count($terms) + 1, 'post' => $id, 'name' => title()];
    }
    $meta[] = ['id' => $id, 'post' => $id, 'key' => 'layout', 'value' => serialize(['columns' => number(4), 'tags' => explode(' ', words(5))])];
}
$items = [];
for ($i = 1; $i <= 36; $i++) {
    $items[] = ['id' => $i, 'parent' => $i <= 8 ? 0 : 1 + number(8), 'order' => ($i * 17) % 36, 'title' => title(), 'url' => '/' . sanitize(words(2)) . '/?m=' . $i];
}
$strings = [];
for ($i = 0; $i < 1500; $i++) {
    $strings["Text $i of the site"] = ucfirst(words(3));
}
write('data.php', "<?php\nOptions::load(" . php($options) . ");\nDb::load('posts', " . php($posts) . ");\nDb::load('comments', " . php($comments)
    . ");\nDb::load('terms', " . php($terms) . ");\nDb::load('meta', " . php($meta) . ");\nDb::load('menu', " . php($items) . ");\n");
write('strings.php', "<?php\nStrings::load(" . php($strings) . ");\n");

// A module is a class whose hooks run in every request, among methods that do
// not, as most of the code of a site.

$callbacks = [
    3 => ['gettext', 3, 'return $value === $text && strlen($text) > 90 ? rtrim($value) : $value;'],
    5 => ['esc_html', 2, "return strpos(\$value, '{{') === false ? \$value : str_replace(['{{', '}}'], '', \$value);"],
    7 => ['the_content', 1, "return preg_replace('/\\bmodule-@n@\\b/', '<em>@n@</em>', \$value);"],
    9 => ['the_title', 1, 'return mb_strlen($value) > 200 ? mb_substr($value, 0, 199) . "…" : $value;'],
    11 => ['script_tag', 2, 'return strpos($text, "async") !== false ? str_replace("<script", "<script async", $value) : $value;'],
    12 => ['menu_item', 1, '$value["title"] = ucfirst(trim($value["title"])); return $value;'],
    13 => ['menu_classes', 2, '$value[] = "depth-" . ($text["parent"] ? 1 : 0); return array_unique($value);'],
    14 => ['render_block', 3, 'return $text === "type-@n@" ? "<div>" . $value . "</div>" : $value;'],
    15 => ['block_attributes', 2, 'if (isset($value["gap"])) { $value["gap"] = max(0, min(64, $value["gap"])); } return $value;'],
    16 => ['final_output', 1, 'return preg_replace("/[ \\t]+$/m", "", $value);'],
    17 => ['the_post', 1, '$value->meta["read_@n@"] = (int) ceil(str_word_count(strip_tags($value->content)) / 200); return $value;'],
    18 => ['clean_url', 1, 'return strncmp($value, "http://example.org", 18) === 0 ? "https" . substr($value, 4) : $value;'],
];

const MODULE = <<<'X'
<?php
/**
 * Module @n@: @title@.
 *
 * @about@
 */

final class Module@n@
{
    const VERSION = '1.@n@';

    /** @var array what is set for this module */
    private static $settings = [];

    /** @var array rows by key */
    private static $rows = [];

    /**
     * Reads what is set, with defaults for what is not.
     */
    public static function boot(): void
    {
        self::$settings = self::parse(Options::get('module_@n@', []), self::defaults());
        if (empty(self::$settings['enabled']) || version_compare(self::$settings['version'], self::VERSION, '<')) {
            return;
        }
        Hooks::add('init', [self::class, 'register'], 10 + @n@ % 5, 0);
@hook@    }

    public static function defaults(): array
    {
        return [
            'enabled' => false, 'version' => '0', 'since' => 0, 'labels' => [], 'limit' => @limit@,
            'layout' => '@word@', 'classes' => ['module', 'module-@n@'], 'url' => 'https://example.org/@n@',
        ];
    }

    private static function parse($given, array $defaults): array
    {
        if (is_string($given)) {
            parse_str($given, $given);
        }
        foreach ($defaults as $name => $value) {
            if (!array_key_exists($name, $given)) {
                $given[$name] = $value;
            }
        }
        return $given;
    }

    /**
     * Tells the rest of the site about the module.
     */
    public static function register(): void
    {
        $labels = [];
        foreach (['name', 'add', 'edit', 'view', 'search', 'none'] as $i => $label) {
            $labels[$label] = __('Text ' . (@n@ * 8 + $i) % 1500 . ' of the site', 'module-@n@');
        }
        self::$rows['labels'] = array_merge(self::$settings['labels'], $labels);
        Scripts::register('module-@n@', [@needs@], self::VERSION);
        Styles::merge(['color' => ['module@n@' => '#' . substr(md5('module-@n@'), 0, 6)], 'space' => ['step' . @n@ % 20 => @limit@ . 'px']]);
        Router::add('(@word@)/@n@/([^/]+)(?:/([0-9]+))?/?$', ['@word@' => 2, 'paged' => 3]);
        Cache::set('module_@n@', self::summary(self::$settings), 'modules');
    }

    private static function summary(array $settings): string
    {
        ksort($settings);
        $parts = [];
        foreach ($settings as $name => $value) {
            $parts[] = $name . '=' . (is_array($value) ? count($value) : (is_bool($value) ? (int) $value : substr((string) $value, 0, 12)));
        }
        return implode('&', $parts);
    }
@callback@@methods@}

Hooks::add('plugins_loaded', [Module@n@::class, 'boot'], 10, 0);

X;

// Methods that no request for the front page calls.
$methods = [
    <<<'X'

    /**
     * @about@
     */
    public static function query_@k@(array $arguments): string
    {
        $where = [];
        foreach ($arguments as $column => $value) {
            if (is_array($value)) {
                $where[] = sprintf('%s IN (%s)', $column, implode(', ', array_map('intval', $value)));
            } elseif ($value === null) {
                $where[] = "$column IS NULL";
            } elseif (is_numeric($value)) {
                $where[] = sprintf('%s = %d', $column, $value);
            } else {
                $where[] = Db::prepare("$column = %s", $value);
            }
        }
        $sql = 'SELECT @word@.* FROM @word@';
        if ($where) {
            $sql .= ' WHERE ' . implode(' AND ', $where);
        }
        if (!empty(self::$settings['limit'])) {
            $sql .= ' LIMIT ' . (int) self::$settings['limit'];
        }
        return Hooks::filter('module_@n@_query', $sql, $arguments);
    }

X,
    <<<'X'

    /**
     * @about@
     */
    public static function table_@k@(array $rows, string $class = '@word@'): string
    {
        $html = '<table class="' . esc_attr($class) . '"><thead><tr>';
        $columns = array_keys(reset($rows) ?: []);
        foreach ($columns as $column) {
            $html .= '<th scope="col">' . esc_html(ucwords(str_replace('_', ' ', $column))) . '</th>';
        }
        $html .= '</tr></thead><tbody>';
        foreach ($rows as $i => $row) {
            $html .= '<tr class="' . ($i % 2 ? 'odd' : 'even') . '">';
            foreach ($columns as $column) {
                $value = $row[$column] ?? '';
                $html .= '<td>' . (is_float($value) ? number_format($value, 2) : esc_html($value)) . '</td>';
            }
            $html .= "</tr>\n";
        }
        return $html . '</tbody></table>';
    }

X,
    <<<'X'

    /**
     * @about@
     */
    public static function check_@k@($value, string $kind)
    {
        switch ($kind) {
            case 'email':
                $value = trim($value);
                return preg_match('/^[^@\s]+@[^@\s]+\.[a-z]{2,}$/i', $value) ? strtolower($value) : false;
            case 'color':
                return preg_match('/^#(?:[0-9a-f]{3}){1,2}$/i', $value) ? $value : '#@color@';
            case 'key':
                return preg_replace('/[^a-z0-9_\-]/', '', strtolower($value));
            case 'bool':
                return in_array(strtolower((string) $value), ['1', 'true', 'yes', 'on'], true);
            case 'list':
                $value = is_array($value) ? $value : preg_split('/[\s,]+/', $value);
                return array_values(array_unique(array_filter(array_map('trim', $value), 'strlen')));
            default:
                return is_scalar($value) ? sanitize_title((string) $value) : '';
        }
    }

X,
    <<<'X'

    /**
     * @about@
     */
    public static function size_@k@(int $bytes, int $places = 1): string
    {
        $units = ['TB' => 1 << 40, 'GB' => 1 << 30, 'MB' => 1 << 20, 'KB' => 1 << 10];
        foreach ($units as $unit => $size) {
            if ($bytes >= $size) {
                return number_format($bytes / $size, $places) . ' ' . $unit;
            }
        }
        try {
            return sprintf(_n('%d byte', '%d bytes', $bytes), $bytes);
        } finally {
            self::$rows['sizes'][] = $bytes;
        }
    }

X,
    <<<'X'

    /**
     * @about@
     */
    public static function tree_@k@(array $items, int $parent = 0, int $depth = 0): array
    {
        $branch = [];
        if ($depth > @limit@) {
            return $branch;
        }
        foreach ($items as $key => $item) {
            if ((int) $item['parent'] !== $parent) {
                continue;
            }
            unset($items[$key]);
            $item['depth'] = $depth;
            $item['children'] = self::tree_@k@($items, (int) $item['id'], $depth + 1);
            $branch[$item['id']] = $item;
        }
        uasort($branch, function ($a, $b) {
            return $a['order'] === $b['order'] ? strcmp($a['title'], $b['title']) : $a['order'] - $b['order'];
        });
        return $branch;
    }

X,
];

for ($n = 0; $n < 220; $n++) {
    $values = ['n' => $n, 'title' => title(), 'about' => sentences(2), 'limit' => 5 + number(40), 'word' => WORDS[number(20)],
        'needs' => $n < 5 ? '' : "'module-" . number($n) . "', 'module-" . number($n) . "'", 'hook' => '', 'callback' => '', 'methods' => ''];
    $kind = $n % 60;
    if (isset($callbacks[$kind])) {
        [$hook, $arguments, $body] = $callbacks[$kind];
        $values['hook'] = "        Hooks::add('$hook', [self::class, 'change'], " . (10 + $n % 7) . ", $arguments);\n";
        $values['callback'] = fill("\n    public static function change(\$value, \$text = '', \$more = null)\n    {\n        $body\n    }\n", ['n' => $n]);
    }
    for ($k = 0; $k < 6; $k++) {
        $values['methods'] .= fill($methods[number(count($methods))], ['n' => $n, 'k' => $k, 'about' => sentences(2), 'word' => WORDS[number(20)],
            'limit' => 3 + number(9), 'color' => sprintf('%06x', number(1 << 24))]);
    }
    if ($n % 11 === 0) {
        $values['methods'] .= "\n    public static function code(array \$attributes, string \$inner, string \$tag): string\n    {\n"
            . "        return sprintf('<span class=\"%s\" data-id=\"%s\">%s</span>', esc_attr(\$tag), esc_attr(\$attributes['id'] ?? '$n'), esc_html(\$inner));\n    }\n";
    }
    $text = fill(MODULE, $values);
    if ($n % 11 === 0) {
        $text .= "Shortcodes::add('" . ['note', 'figure'][$n % 2] . ($n < 22 ? '' : $n) . "', [Module$n::class, 'code']);\n";
    }
    write("module-$n.php", $text);
}

const TYPE = <<<'X'
<?php
/**
 * The type of block @n@: @title@.
 */

final class Type@n@ extends Block
{
    /** @about@ */
    public function render(array $attributes, string $inner): string
    {
        $tag = ['div', 'section', 'figure'][@n@ % 3];
        $head = $attributes['label'] === '' ? '' : sprintf('<h%d>%s</h%1$d>', $attributes['level'], esc_html($attributes['label']));
        if ($attributes['url'] !== '') {
            $head = '<a href="' . esc_url($attributes['url']) . '">' . $head . '</a>';
        }
        return sprintf("<%s class=\"%s\" style=\"%s\">%s%s</%1\$s>\n", $tag, esc_attr($this->classes($attributes)),
            esc_attr($this->style($attributes)), $head, $inner);
    }
}

Blocks::register(new Type@n@('type-@n@', ['label' => '', 'url' => '', 'align' => '@align@', 'level' => 2, 'dropCap' => false, 'gap' => @n@]));

X;
for ($n = 0; $n < 40; $n++) {
    write("type-$n.php", fill(TYPE, ['n' => $n, 'title' => title(), 'about' => sentence(), 'align' => ['', 'wide'][$n % 2]]));
}

const WIDGET = <<<'X'
<?php
/**
 * Widget @n@: @title@.
 */

final class Widget@n@ extends Widget
{
    public function body(): string
    {
        $html = '<ul>';
        $rows = Db::rows('@table@', 'post', @post@);
        usort($rows, function ($a, $b) {
            return strcmp(md5(serialize($a)), md5(serialize($b)));
        });
        foreach ($rows as $row) {
            $html .= sprintf('<li id="%s-%d">%s <small>%s</small></li>', sanitize_title('@title@'), $row['id'],
                esc_html(trim_words($row['name'] ?? $row['text'], $this->settings['words'])), date(Options::get('date_format'), NOW - @n@ * 86400));
        }
        return $html . '</ul>';
    }
}

Sidebar::add(new Widget@n@(['title' => 'Text @n@ of the site', 'words' => 8]));

X;
for ($n = 0; $n < 12; $n++) {
    write("widget-$n.php", fill(WIDGET, ['n' => $n, 'title' => title(), 'table' => ['terms', 'comments'][$n % 2], 'post' => 1 + $n]));
}

// The templates.

$templates = [
    'front-page' => <<<'X'
<?php Theme::part('header', ['title' => Options::get('blogname'), 'query' => $query]); ?>
<main>
<?php foreach ($posts as $post): ?>
<?php Theme::part('content', ['post' => $post]); ?>
<?php endforeach; ?>
<?php Theme::part('pagination', ['n' => count($posts)]); ?>
</main>
<?php Theme::part('sidebar'); ?>
<?php Theme::part('footer'); ?>
X,
    'header' => <<<'X'
<!DOCTYPE html>
<html lang="<?php echo esc_attr($query['lang']); ?>">
<head>
<meta charset="UTF-8">
<title><?php echo esc_html($title); ?></title>
<style><?php echo Styles::css(); ?></style>
<?php echo Scripts::html(); ?>
</head>
<body>
<?php Theme::part('navigation'); ?>
X,
    'navigation' => "<nav>\n<?php echo Menu::html(Db::rows('menu', 'parent', 0)), Menu::html(menu()); ?>\n</nav>\n",
    'content' => <<<'X'
<article id="post-<?php echo $post->id; ?>">
<h2><a href="<?php echo esc_url('/?p=' . $post->id); ?>"><?php echo Hooks::filter('the_title', $post->title); ?></a></h2>
<?php Theme::part('meta', ['post' => $post]); ?>
<div class="columns-<?php echo $post->meta['layout']['columns']; ?>"><?php echo Hooks::filter('the_content', $post->content); ?></div>
<?php Theme::part('excerpt', ['post' => $post]); ?>
<?php Theme::part('terms', ['post' => $post]); ?>
<?php Theme::part('comments', ['post' => $post]); ?>
</article>
X,
    'meta' => <<<'X'
<p><?php printf(__('By %s on %s at %s'), esc_html($post->author), date(Options::get('date_format'), $post->date), date(Options::get('time_format'), $post->date)); ?></p>
X,
    'excerpt' => "<p class=\"excerpt\"><?php echo esc_html(trim_words(preg_replace('/\\[[^\\]]*\\]/', '', \$post->content), 55)); ?></p>\n",
    'terms' => <<<'X'
<ul><?php foreach ($post->terms as $term): ?><li><a rel="tag" href="<?php echo esc_url('/tag/' . sanitize_title($term['name'])); ?>"><?php echo esc_html($term['name']); ?></a></li><?php endforeach; ?></ul>
X,
    'comments' => <<<'X'
<h3><?php echo esc_html(_n('%d comment', '%d comments', count($post->comments))); ?></h3>
<?php foreach ($post->comments as $comment) {
    Theme::part('comment', ['comment' => $comment]);
} ?>
X,
    'comment' => <<<'X'
<div id="comment-<?php echo $comment['id']; ?>"><img alt="" src="https://example.org/avatar/<?php echo md5(strtolower(trim($comment['author']))); ?>">
<b><?php echo esc_html($comment['author']); ?></b> <time><?php echo gmdate(DATE_ATOM, $comment['date']); ?></time>
<?php echo Hooks::filter('comment_text', kses($comment['text'], ['a' => ['href' => 1], 'b' => [], 'em' => []])); ?></div>
X,
    'pagination' => <<<'X'
<p><?php for ($i = 1; $i <= 9; $i++) {
    printf('<a class="%s" href="%s">%s</a> ', $i === 1 ? 'current' : 'page', esc_url("/page/$i/"), number_format($i * 1000 + $n));
} ?></p>
X,
    'sidebar' => "<aside><?php Sidebar::display(); ?></aside>\n",
    'footer' => <<<'X'
<footer><?php foreach (Options::names() as $name) {
    $value = Options::get($name);
    echo strncmp($name, 'transient_', 10) === 0 && is_string($value) ? '<i>' . esc_html($value) . "</i>\n" : '';
} ?></footer>
</body>
</html>
X,
];
foreach ($templates as $name => $text) {
    write("templates/$name.php", $text);
}
write('menu.php', "<?php\nfunction menu(): array\n{\n    return array_merge(...array_map(function (\$parent) {\n        return Db::rows('menu', 'parent', \$parent);\n    }, range(0, 8)));\n}\n");
write('index.php', '<?php return ' . php($index) . ";\n");
