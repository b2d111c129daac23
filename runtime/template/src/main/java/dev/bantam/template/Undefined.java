package dev.bantam.template;

/**
 * A name or attribute that is not there. Prints as nothing, iterates over nothing, is false; any
 * other use is an error.
 *
 * @param what how messages name it
 */
record Undefined(String what) {

  TemplateException used() {
    return new TemplateException(what + " is undefined");
  }
}
