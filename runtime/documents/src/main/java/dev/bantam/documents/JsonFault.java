package dev.bantam.documents;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.regex.Pattern;

/** What is wrong with JSON that does not parse, in words for people. */
public final class JsonFault {

  /** Where in the source something began; of bytes that came over the network Jackson hides it. */
  private static final Pattern SOURCE =
      Pattern.compile("(?s)\\s*\\((start marker at )?\\[Source.*");

  private JsonFault() {}

  /** Without the place, which {@link JsonProcessingException#getLocation} knows. */
  public static String words(JsonProcessingException fault) {
    return SOURCE.matcher(fault.getOriginalMessage()).replaceFirst("");
  }
}
