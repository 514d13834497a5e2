#include "greet.h"

#include <stdio.h>
#include <stdlib.h>

/* Prints the variable METHOD and what it reads, as a CGI program would. */
int main(void)
{
	const char *method = getenv("METHOD");
	char line[80] = "";

	greet("cgi", 0);
	if (fgets(line, sizeof line, stdin) == NULL)
		line[0] = '\0';
	printf(" %s %s", method ? method : "-", line);
	return 0;
}
