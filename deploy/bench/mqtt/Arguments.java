import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** {@code --name value} pairs. */
final class Arguments {

  private final Map<String, String> values = new HashMap<>();

  Arguments(String... words) {
    for (int i = 0; i + 1 < words.length; i += 2) {
      if (!words[i].startsWith("--")) {
        throw new IllegalArgumentException(words[i] + ": expected --name value");
      }
      values.put(words[i].substring(2), words[i + 1]);
    }
    if (words.length % 2 != 0) {
      throw new IllegalArgumentException(words[words.length - 1] + " has no value");
    }
  }

  Path path(String name) {
    return Path.of(values.get(name));
  }

  double number(String name, double otherwise) {
    return Double.parseDouble(values.getOrDefault(name, String.valueOf(otherwise)));
  }

  int count(String name, int otherwise) {
    return (int) number(name, otherwise);
  }

  boolean has(String name) {
    return values.containsKey(name);
  }
}
