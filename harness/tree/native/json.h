// Reads a request line: just enough JSON for a line written by a JSON library.
#ifndef JITSTAT_JSON_H
#define JITSTAT_JSON_H
#include <stdlib.h>
#include <string.h>

static const char *skip_blanks(const char *at) {
  while (*at == ' ' || *at == '\t') at++;
  return at;
}

/** What follows a value; NULL if there is none. */
static const char *skip_value(const char *at) {
  int depth = 0;
  at = skip_blanks(at);
  do {
    if (*at == '\0') return NULL;
    if (*at == '"')
      for (at++; *at != '"'; at++) {
        if (*at == '\0' || (*at == '\\' && *++at == '\0')) return NULL;
      }
    if (*at == '{' || *at == '[') depth++;
    if (*at == '}' || *at == ']') depth--;
    at++;
    if (depth == 0)
      while (*at && !strchr(",]}", *at)) at++;
  } while (depth > 0);
  return at;
}

/** The value of a key of the object at `object`; NULL if it has none. */
static const char *value_of(const char *object, const char *key) {
  size_t length = strlen(key);
  const char *at = skip_blanks(object);
  if (*at++ != '{') return NULL;
  while (at != NULL && *(at = skip_blanks(at)) == '"') {
    const char *name = at + 1, *colon = strchr(name, ':');
    if (colon == NULL) return NULL;
    if (strncmp(name, key, length) == 0 && name[length] == '"') return skip_blanks(colon + 1);
    at = skip_value(colon + 1);
    if (at != NULL && *at == ',') at++;
  }
  return NULL;
}

/** The next element of a list, from its `[` or the end of the element before; NULL at the end. */
static const char *next_element(const char *at) {
  at = skip_blanks(at);
  if (*at != '[' && *at != ',') return NULL;
  at = skip_blanks(at + 1);
  return *at == ']' || *at == '\0' ? NULL : at;
}

/** A number, or an address as a string; 0 if there is none. */
static unsigned long number_of(const char *object, const char *key) {
  const char *value = value_of(object, key);
  if (value == NULL) return 0;
  return strtoul(*value == '"' ? value + 1 : value, NULL, 0);
}

static int is_true(const char *object, const char *key) {
  const char *value = value_of(object, key);
  return value != NULL && *value == 't';
}

/** Whether a key holds exactly this string. */
static int is_text(const char *object, const char *key, const char *text) {
  const char *value = value_of(object, key);
  size_t length = strlen(text);
  return value != NULL && *value == '"' && strncmp(value + 1, text, length) == 0 &&
      value[1 + length] == '"';
}
#endif
