package dev.bantam.models.source;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.models.ModelException;
import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.store.Sha256;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One artifact of an OCI registry (Distribution Specification 1.1), asked by nobody, by a user, or
 * by a token that the registry's own service hands out.
 */
final class RegistryClient {

  private static final Pattern PARAMETER = Pattern.compile("(\\w+)=\"([^\"]*)\"");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int OK = 200;
  private static final int UNAUTHORIZED = 401;
  private static final int MAX_TOKEN_BYTES = 1 << 20;

  private final HttpDocuments documents;
  private final Address artifact;
  private final Optional<NetworkSettings.Login> login;
  private Optional<String> authorization = Optional.empty();

  private RegistryClient(
      HttpDocuments documents, Address artifact, Optional<NetworkSettings.Login> login) {
    this.documents = documents;
    this.artifact = artifact;
    this.login = login;
  }

  static RegistryClient of(HttpDocuments documents, Address artifact, NetworkSettings network) {
    String host = artifact.server().substring("https://".length());
    return new RegistryClient(
        documents,
        artifact,
        Optional.ofNullable(network.registries().get(host))
            .or(
                () ->
                    Optional.ofNullable(network.registries().get(host.replaceFirst(":443$", "")))));
  }

  /** The list of its files. */
  Manifest manifest() throws ModelException {
    String reference = artifact.revision().orElse("latest");
    byte[] content = get("manifests/" + reference, Manifest.MAX_BYTES);
    if (reference.startsWith("sha256:") && !reference.equals("sha256:" + Sha256.of(content))) {
      throw new ModelException(
          Kind.CORRUPT, "the manifest of %s has another digest".formatted(artifact));
    }
    return Manifest.read(content, artifact.toString());
  }

  /** A short file, whole and unchanged. */
  byte[] document(String digest, int limit) throws ModelException {
    byte[] content = get("blobs/" + digest, limit);
    if (!digest.equals("sha256:" + Sha256.of(content))) {
      throw new ModelException(
          Kind.CORRUPT, "%s has the wrong content for %s".formatted(artifact, digest));
    }
    return content;
  }

  /** Where a file lies; after {@link #manifest}, for then it is known who asks. */
  HttpTarget blob(String digest) {
    return target("blobs/" + digest);
  }

  private HttpTarget target(String what) {
    return new HttpTarget(
            URI.create(
                "%s/v2/%s/%s"
                    .formatted(artifact.server(), String.join("/", artifact.segments()), what)),
            authorization,
            Redirects.FREE)
        .advising(
            "a private registry wants a user: models.registries in bantam.yaml lists them by host");
  }

  private byte[] get(String what, int limit) throws ModelException {
    HttpTarget target = target(what);
    HttpResponse<byte[]> answer = documents.ask(target, Optional.of(Manifest.TYPES), limit);
    if (answer.statusCode() == UNAUTHORIZED && authorization.isEmpty()) {
      authorization = authorize(answer.headers().firstValue("WWW-Authenticate").orElse(""));
      target = target(what);
      answer = documents.ask(target, Optional.of(Manifest.TYPES), limit);
    }
    if (answer.statusCode() != OK) {
      throw new ModelException(
          Kind.UNREACHABLE, target.uri() + ": " + target.refusal(answer.statusCode()));
    }
    return answer.body();
  }

  private Optional<String> authorize(String challenge) throws ModelException {
    if (challenge.toLowerCase(java.util.Locale.ROOT).startsWith("basic")) {
      return basic();
    }
    Map<String, String> asked = new java.util.HashMap<>();
    Matcher matcher = PARAMETER.matcher(challenge);
    while (matcher.find()) {
      asked.put(matcher.group(1), matcher.group(2));
    }
    String realm = asked.getOrDefault("realm", "");
    if (!realm.startsWith("https://")) {
      throw new ModelException(
          Kind.UNREACHABLE,
          "%s wants a token and names no https: address for it".formatted(artifact));
    }
    return Optional.of("Bearer " + token(realm, asked));
  }

  private String token(String realm, Map<String, String> asked) throws ModelException {
    StringBuilder query = new StringBuilder(realm.contains("?") ? "&" : "?");
    for (String key : new String[] {"service", "scope"}) {
      if (asked.containsKey(key)) {
        query.append(key).append('=').append(encoded(asked.get(key))).append('&');
      }
    }
    try {
      HttpTarget target =
          new HttpTarget(
              URI.create(realm + query.substring(0, query.length() - 1)), basic(), Redirects.FREE);
      var answer = JSON.readTree(documents.get(target, MAX_TOKEN_BYTES));
      String token = answer.path("token").asText(answer.path("access_token").asText());
      if (token.matches("[!-~]+")) {
        return token;
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new ModelException(
          Kind.UNREACHABLE, "%s: its service for tokens answers badly".formatted(artifact), e);
    }
    throw new ModelException(
        Kind.UNREACHABLE, "%s: its service for tokens gives none".formatted(artifact));
  }

  private Optional<String> basic() throws ModelException {
    if (login.isEmpty()) {
      return Optional.empty();
    }
    String both = login.get().user() + ":" + login.get().password().read(System.getenv());
    return Optional.of(
        "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8)));
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }
}
