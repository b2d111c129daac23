package dev.bantam.models.source;

import dev.bantam.models.catalog.SourceSpec;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An address taken apart, so that two can be compared by their parts and not by their letters:
 * {@code https://HOST:PORT/FOLDER/FILE}, {@code file:/FOLDER/FILE}, {@code
 * hf:OWNER/NAME@REVISION/FILE}, {@code oci://HOST:PORT/REPOSITORY:TAG}.
 *
 * <p>Only the plain form is taken: no user, no query, no fragment, no {@code %}, no backslash, no
 * {@code .} or {@code ..}. So there is no second way to read it.
 *
 * @param root where it starts: {@code https://host:443}, {@code file:}, {@code hf:}, {@code
 *     oci://host:443}
 * @param segments the names below it, the last one a file's unless {@code isFolder}
 * @param isFolder whether it ended with a slash
 * @param revision of a hub's repository; tag or digest in a registry
 */
public record Address(
    String root, List<String> segments, boolean isFolder, Optional<String> revision) {

  /** What an address can begin with, for messages. */
  static final String FORMS =
      "https://HOST/FOLDER/, file:/FOLDER/, hf:OWNER/NAME/ or oci://HOST/REPOSITORY/";

  private static final String HUB = "hf:";
  private static final String REGISTRY = "oci://";
  private static final Pattern WEB =
      Pattern.compile(
          "(https?|oci)://([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\\[[0-9a-f:.]+\\])(?::([0-9]{1,5}))?(/.*)?",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern FILE = Pattern.compile("file:(?://)?(/.*)");
  private static final Pattern IN_HUB =
      Pattern.compile("hf:([^/@]+)(?:/([^/@]+)(?:@(\\w[\\w.-]*))?)?(/[^@]*)?");
  private static final Pattern IN_REGISTRY =
      Pattern.compile("(.*?)(?:@(sha256:[0-9a-f]{64})|:(\\w[\\w.-]{0,127}))?");
  private static final Pattern SEGMENT = Pattern.compile("[\\w.~!$&'()*+,;=@-]+");
  private static final int LAST_PORT = 65_535;
  private static final int HTTPS_PORT = 443;
  private static final int HTTP_PORT = 80;

  public Address {
    segments = List.copyOf(segments);
  }

  /**
   * Takes an address apart.
   *
   * @throws IllegalArgumentException with what is wrong and the forms there are
   */
  public static Address parse(String text) {
    Matcher web = WEB.matcher(text);
    if (web.matches()) {
      return ofServer(web, text);
    }
    Matcher file = FILE.matcher(text);
    if (file.matches()) {
      return of("file:", file.group(1), Optional.empty(), text);
    }
    Matcher hub = IN_HUB.matcher(text);
    if (hub.matches()) {
      String name = hub.group(2) == null ? "" : "/" + hub.group(2);
      String path = "/" + hub.group(1) + name + (hub.group(4) == null ? "" : hub.group(4));
      return of(HUB, path, Optional.ofNullable(hub.group(3)), text);
    }
    throw new IllegalArgumentException(
        "\"%s\" is no address that can be taken; write %s, without a user's name"
            .formatted(text, FORMS));
  }

  private static Address ofServer(Matcher web, String text) {
    String scheme = web.group(1).toLowerCase(Locale.ROOT);
    String host = web.group(2).toLowerCase(Locale.ROOT);
    int usual = scheme.equals("http") ? HTTP_PORT : HTTPS_PORT;
    int port = web.group(3) == null ? usual : Integer.parseInt(web.group(3));
    if (port == 0 || port > LAST_PORT) {
      throw new IllegalArgumentException("\"%s\" has no port from 1 to 65535".formatted(text));
    }
    String root = "%s://%s:%d".formatted(scheme, host, port);
    String path = web.group(4) == null ? "/" : web.group(4);
    if (!scheme.equals("oci")) {
      return of(root, path, Optional.empty(), text);
    }
    Matcher inRegistry = IN_REGISTRY.matcher(path);
    if (!inRegistry.matches()) {
      throw new IllegalArgumentException("\"%s\" names no repository".formatted(text));
    }
    Optional<String> revision =
        Optional.ofNullable(inRegistry.group(2)).or(() -> Optional.ofNullable(inRegistry.group(3)));
    return of(root, inRegistry.group(1), revision, text);
  }

  private static Address of(String root, String path, Optional<String> revision, String text) {
    boolean isFolder = path.endsWith("/");
    String inner = path.substring(1, isFolder ? Math.max(1, path.length() - 1) : path.length());
    List<String> segments = new ArrayList<>();
    if (!inner.isEmpty()) {
      for (String segment : inner.split("/", -1)) {
        segments.add(requireSegment(segment, text));
      }
    }
    return new Address(root, segments, isFolder, revision);
  }

  private static String requireSegment(String segment, String text) {
    if (!SEGMENT.matcher(segment).matches() || segment.equals(".") || segment.equals("..")) {
      throw new IllegalArgumentException(
          "\"%s\" has the part \"%s\"; an address is plain names with / between them: letters, digits and - _ . ~ + @, without .. and %%"
              .formatted(text, segment));
    }
    return segment;
  }

  /** Whether this one is within a folder. */
  boolean isBelow(Address folder) {
    return folder.isFolder
        && root.equals(folder.root)
        && segments.size() > folder.segments.size()
        && segments.subList(0, folder.segments.size()).equals(folder.segments)
        && (folder.revision.isEmpty() || folder.revision.equals(revision));
  }

  /** The folder that this lies in; a folder itself. */
  public Address folder() {
    int last = isFolder ? segments.size() : segments.size() - 1;
    return new Address(
        root, segments.subList(0, last), true, isInRegistry() ? Optional.empty() : revision);
  }

  /**
   * Where a model's file is that lies in the same folder as this, or below that; in a registry, in
   * the same artifact.
   *
   * @param relative plain names with slashes between them; empty for the folder itself
   * @throws IllegalArgumentException if it is not of that form
   */
  public SourceSpec beside(String relative) {
    Address more = of(root, "/" + relative, revision, relative);
    if (isInRegistry()) {
      return new SourceSpec.Registry(toString().substring(REGISTRY.length()));
    }
    List<String> all = new ArrayList<>(folder().segments);
    all.addAll(more.segments);
    Address there = new Address(root, all, more.isFolder, revision);
    if (isFile()) {
      return new SourceSpec.LocalFile(there.path());
    }
    return isInHub() ? there.inHub() : new SourceSpec.Url(there.toString());
  }

  boolean isFile() {
    return root.equals("file:");
  }

  boolean isInHub() {
    return root.equals(HUB);
  }

  boolean isInRegistry() {
    return root.startsWith(REGISTRY);
  }

  /** As a file of a hub's repository. */
  SourceSpec.Hub inHub() {
    String path = String.join("/", segments.subList(Math.min(2, segments.size()), segments.size()));
    return new SourceSpec.Hub(
        repository(), revision, path.isEmpty() ? Optional.empty() : Optional.of(path));
  }

  private String repository() {
    return String.join("/", segments.subList(0, Math.min(2, segments.size())));
  }

  /** With {@code behind} put behind its last name. */
  Address suffixed(String behind) {
    List<String> all = new ArrayList<>(segments);
    all.add(all.remove(all.size() - 1) + behind);
    return new Address(root, all, isFolder, revision);
  }

  /** The path that a file's address names. */
  String path() {
    return "/" + String.join("/", segments) + (isFolder && !segments.isEmpty() ? "/" : "");
  }

  /** Of the server behind an address of a registry. */
  String server() {
    return "https://" + root.substring(REGISTRY.length());
  }

  URI uri() {
    return URI.create(root + path());
  }

  @Override
  public String toString() {
    String start =
        root.replaceFirst("^((?:https|oci)://.*):443$", "$1")
            .replaceFirst("^(http://.*):80$", "$1");
    if (isInHub()) {
      String at = revision.map(name -> "@" + name).orElse("");
      return start + repository() + at + path().substring(1 + repository().length());
    }
    String tag = revision.map(name -> (name.contains(":") ? "@" : ":") + name).orElse("");
    return start + path() + (isInRegistry() ? tag : "");
  }
}
