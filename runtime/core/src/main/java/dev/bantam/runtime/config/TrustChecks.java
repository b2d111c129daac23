package dev.bantam.runtime.config;

import dev.bantam.documents.Problem;
import dev.bantam.documents.Section;
import dev.bantam.models.source.AllowedSources;
import dev.bantam.models.trust.KeyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Whether the places, keys and authorities of {@code models} and {@code plugins} are such. */
final class TrustChecks {

  private final Path folder;
  private final List<Problem> problems = new ArrayList<>();

  private TrustChecks(Path folder) {
    this.folder = folder;
  }

  /**
   * @param folder where relative paths start
   */
  static List<Problem> of(Section root, Path folder) {
    TrustChecks checks = new TrustChecks(folder);
    Section models = root.section("models");
    Section plugins = root.section("plugins");
    checks.sources(models);
    checks.authorities(models);
    checks.secret(models.section("hub"), "token");
    Section registries = models.section("registries");
    registries.keys().forEach(host -> checks.login(registries, host));
    checks.endpoint(models.section("hub"));
    checks.keys(models);
    checks.keys(plugins);
    if (plugins.has("trusted_keys") && !plugins.flag("require_signed", false)) {
      checks.problems.add(
          plugins.problem(
              "trusted_keys", "has no effect without \"require_signed: true\"; add it"));
    }
    return checks.problems;
  }

  private void sources(Section models) {
    for (String source : models.texts("sources").orElse(List.of())) {
      try {
        AllowedSources unused = AllowedSources.of(List.of(source));
      } catch (IllegalArgumentException e) {
        problems.add(models.problem("sources", String.valueOf(e.getMessage())));
      }
    }
  }

  private void authorities(Section models) {
    models
        .text("ca_file")
        .map(text -> folder.resolve(text).normalize())
        .ifPresent(
            file -> {
              try {
                CertificateFile.read(file);
              } catch (NoSuchFileException e) {
                problems.add(models.problem("ca_file", "there is no readable file " + file));
              } catch (IOException e) {
                problems.add(models.problem("ca_file", String.valueOf(e.getMessage())));
              }
            });
  }

  private void endpoint(Section hub) {
    hub.text("endpoint")
        .filter(text -> !text.matches("https?://[A-Za-z0-9.\\[\\]:-]+(/[\\w./-]*)?"))
        .ifPresent(
            text ->
                problems.add(
                    hub.problem("endpoint", "\"%s\" is no https: address".formatted(text))));
  }

  private void login(Section registries, String host) {
    Section login = registries.section(host);
    secret(login, "password");
    if (!login.has("password_file") && !login.has("password_env")) {
      problems.add(
          registries.problem(
              host, "a user goes with a password; add the key password_file or password_env"));
    }
  }

  private void secret(Section section, String name) {
    String inFile = name + "_file";
    String inVariable = name + "_env";
    if (section.has(inFile) && section.has(inVariable)) {
      problems.add(
          section.problem(inVariable, "says the same as the key %s; keep one".formatted(inFile)));
    }
    section
        .text(inFile)
        .map(text -> folder.resolve(text).normalize())
        .filter(file -> !Files.isReadable(file))
        .ifPresent(
            file -> problems.add(section.problem(inFile, "there is no readable file " + file)));
    section
        .text(inVariable)
        .filter(variable -> System.getenv(variable) == null)
        .ifPresent(
            variable ->
                problems.add(
                    section.problem(
                        inVariable,
                        "the environment variable %s is not set; set it where bantam is started"
                            .formatted(variable))));
  }

  private void keys(Section section) {
    Section keys = section.section("trusted_keys");
    if (section.flag("require_signed", false) && keys.keys().isEmpty()) {
      problems.add(
          section.problem(
              "require_signed",
              "nothing could be taken, for trusted_keys lists nobody; add it, as in \"trusted_keys: {our-key: {file: our-key.pub.pem}}\""));
    }
    for (String id : keys.keys()) {
      Section key = keys.section(id);
      key.text("file").ifPresent(file -> requireKey(key, folder.resolve(file).normalize()));
    }
  }

  private void requireKey(Section key, Path file) {
    try {
      KeyFile.readPublic(file);
    } catch (IOException e) {
      problems.add(key.problem("file", String.valueOf(e.getMessage())));
    }
  }
}
