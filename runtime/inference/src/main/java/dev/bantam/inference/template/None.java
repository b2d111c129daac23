package dev.bantam.inference.template;

/** Python's {@code None}. */
enum None {
  NONE
}
