package dev.bantam.template;

/** Python's {@code None}. */
enum None {
  NONE
}
