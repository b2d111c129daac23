package dev.bantam.runtime.config;

import dev.bantam.documents.Problem;
import dev.bantam.documents.Section;
import dev.bantam.models.Canaries;
import dev.bantam.protocol.TopicNames;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What must hold in {@code bantam.yaml} beside its schema: addresses, limits, and files there. */
final class SiteChecks {

  private final Path folder;
  private final List<Problem> problems = new ArrayList<>();

  private SiteChecks(Path folder) {
    this.folder = folder;
  }

  /**
   * @param folder where relative paths start
   */
  static List<Problem> of(Section root, Path folder) {
    SiteChecks checks = new SiteChecks(folder);
    Section mqtt = root.section("mqtt");
    checks.url(mqtt);
    checks.problems.addAll(PacketLimit.problems(mqtt));
    checks.replyTopics(mqtt);
    checks.problems.addAll(SecurityChecks.of(mqtt, folder));
    checks.files(root.section("models"), "catalogs");
    checks.folders(root.section("plugins"), "folders");
    checks.folder(root, "native_libraries");
    Section slots = root.section("slots");
    for (String slot : slots.keys()) {
      checks.folder(slots.section(slot), "prompts");
      checks.problems.addAll(Canaries.problems(slots.section(slot).list("canaries")));
    }
    return checks.problems;
  }

  private void url(Section mqtt) {
    for (String url : mqtt.oneOrMore("url")) {
      try {
        BrokerUrl.parse(url);
      } catch (IllegalArgumentException e) {
        problems.add(mqtt.problem("url", String.valueOf(e.getMessage())));
      }
    }
  }

  private void replyTopics(Section mqtt) {
    String key = "reply_topics";
    for (String filter : mqtt.texts(key).orElse(List.of())) {
      if (!TopicNames.isFilter(filter)) {
        problems.add(
            mqtt.problem(
                key,
                "\"%s\" is no topic filter; + stands for a whole level and # for all levels at the end, as in clients/+/answers/#"
                    .formatted(filter)));
      } else if (!filter.replace("{device}", "").matches("[^{}]*")) {
        problems.add(
            mqtt.problem(
                key, "\"%s\" has a name in braces; only {device} is known".formatted(filter)));
      }
    }
  }

  private void files(Section section, String key) {
    section.texts(key).orElse(List.of()).forEach(text -> requireFile(section, key, text));
  }

  private void folder(Section section, String key) {
    section.text(key).ifPresent(text -> requireFolder(section, key, text));
  }

  private void folders(Section section, String key) {
    section.texts(key).orElse(List.of()).forEach(text -> requireFolder(section, key, text));
  }

  private void requireFile(Section section, String key, String text) {
    Path path = folder.resolve(text).normalize();
    if (!Files.isRegularFile(path) || !Files.isReadable(path)) {
      problems.add(section.problem(key, "there is no readable file " + path));
    }
  }

  private void requireFolder(Section section, String key, String text) {
    Path path = folder.resolve(text).normalize();
    if (!Files.isDirectory(path)) {
      problems.add(section.problem(key, "there is no folder " + path));
    }
  }
}
