// kind: cast where it is stored
// free_node: traps certain
// free_leaf: fine
// An int function in a table of void functions, as zend_list_free was in PHP 7.4.
struct item { int kind; };
struct node { struct item head; int weight; };
typedef void (*destroy)(struct item *);
static int free_node(struct node *n) { n->weight = 0; return 1; }
static void free_leaf(struct item *i) { i->kind = 9; }
static const destroy destroyers[] = { free_leaf, (destroy)free_node };
int main(void) {
	struct item leaf = { 0 };
	struct node n = { { 1 }, 5 };
	destroyers[leaf.kind](&leaf);
	destroyers[n.head.kind](&n.head);
	return 0;
}
