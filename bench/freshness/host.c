/* Runs one Lua program: the crates have the library alone. */
#include <stdio.h>

#include "lauxlib.h"
#include "lua.h"
#include "lualib.h"

int
main(int argc, char **argv)
{
	lua_State *L = luaL_newstate();

	if (argc != 2 || !L) {
		fprintf(stderr, "usage: host FILE\n");
		return 2;
	}
	luaL_openlibs(L);
	lua_newtable(L);
	lua_setglobal(L, "arg");
	if (luaL_loadfile(L, argv[1]) || lua_pcall(L, 0, 0, 0)) {
		fprintf(stderr, "host: %s\n", lua_tostring(L, -1));
		return 1;
	}
	lua_close(L);
	return 0;
}
