package dev.bantam.documents;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Typed access to one section of a document that has passed its schema. */
public final class Section {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final YamlTree tree;
  private final String pointer;

  private Section(YamlTree tree, String pointer) {
    this.tree = tree;
    this.pointer = pointer;
  }

  /** The whole document. */
  public static Section of(YamlTree tree) {
    return new Section(tree, "");
  }

  /** A section within this one; without keys if it is not there. */
  public Section section(String key) {
    return new Section(tree, pointer(key));
  }

  /** The sections of a list, in order. */
  public List<Section> list(String key) {
    return section(key).elements();
  }

  /** The sections in this one, where it is a list, in order. */
  public List<Section> elements() {
    List<Section> sections = new ArrayList<>();
    for (int i = 0; i < tree.at(pointer).size(); i++) {
      sections.add(new Section(tree, pointer + "/" + i));
    }
    return sections;
  }

  /** The keys, in the file's order. */
  public List<String> keys() {
    List<String> keys = new ArrayList<>();
    tree.at(pointer).fieldNames().forEachRemaining(keys::add);
    return keys;
  }

  public Optional<String> text(String key) {
    JsonNode value = value(key);
    return value.isValueNode() && !value.isNull() ? Optional.of(value.asText()) : Optional.empty();
  }

  /** A text that the schema requires. */
  public String required(String key) {
    return text(key)
        .orElseThrow(() -> new IllegalStateException("the schema lets " + key + " miss"));
  }

  public Optional<Integer> integer(String key) {
    JsonNode value = value(key);
    return value.isIntegralNumber() ? Optional.of(value.intValue()) : Optional.empty();
  }

  /** A whole number of any size that fits. */
  public Optional<Long> wholeNumber(String key) {
    JsonNode value = value(key);
    return value.isIntegralNumber() ? Optional.of(value.longValue()) : Optional.empty();
  }

  public Optional<Double> number(String key) {
    JsonNode value = value(key);
    return value.isNumber() ? Optional.of(value.doubleValue()) : Optional.empty();
  }

  /** Whether the key is there, whatever its value. */
  public boolean has(String key) {
    return !value(key).isMissingNode();
  }

  public boolean flag(String key, boolean otherwise) {
    return value(key).asBoolean(otherwise);
  }

  /** Bytes, of a number or a text such as {@code 1MiB}. */
  public Optional<Long> bytes(String key) {
    return text(key).map(Quantities::bytes);
  }

  public Optional<Duration> duration(String key) {
    return text(key).map(Quantities::duration);
  }

  /** A list of texts; empty if it is not there. */
  public Optional<List<String>> texts(String key) {
    JsonNode value = value(key);
    if (!value.isArray()) {
      return Optional.empty();
    }
    List<String> texts = new ArrayList<>();
    value.forEach(element -> texts.add(element.asText()));
    return Optional.of(texts);
  }

  /**
   * A list of sizes in bytes, each a number or a text such as {@code 1GiB}; empty if it is not
   * there.
   */
  public List<Long> sizes(String key) {
    return texts(key).orElse(List.of()).stream().map(Quantities::bytes).toList();
  }

  /** One text, or a list of texts; empty if it is not there. */
  public List<String> oneOrMore(String key) {
    return texts(key).orElseGet(() -> text(key).stream().toList());
  }

  /** A section of texts by key. */
  public Map<String, String> textsByKey(String key) {
    Map<String, String> texts = new LinkedHashMap<>();
    Section section = section(key);
    section.keys().forEach(name -> texts.put(name, section.required(name)));
    return texts;
  }

  /** A section of anything, as maps, lists, texts, numbers, booleans and nulls. */
  public Map<String, Object> anything(String key) {
    JsonNode value = value(key);
    return value.isObject()
        ? JSON.convertValue(value, new TypeReference<LinkedHashMap<String, Object>>() {})
        : Map.of();
  }

  /** A problem with one of this section's keys. */
  public Problem problem(String key, String message) {
    return tree.problem(pointer(key), message);
  }

  private JsonNode value(String key) {
    return tree.at(pointer(key));
  }

  private String pointer(String key) {
    return YamlTree.child(pointer, key);
  }
}
