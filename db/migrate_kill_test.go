package db_test

import (
	_ "embed"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/jackc/pgx/v5"

	"deskwire/db"
	"deskwire/db/dbtest"
)

// A kill at the statements of each migration, and between a migration and its note, leaves a
// database that the next start brings to the same state as if nothing had happened.

// oldVersions are states of the schema that earlier commits of main have left behind, by the
// migrations that they had. Numbers were given before the migrations landed, so there are gaps.
var oldVersions = map[string][]string{
	"empty":                    nil,
	"labels and snippets":      {"001", "002", "003", "004", "005"},
	"saved views, no language": {"001", "002", "003", "004", "005", "006", "010", "011", "012", "020", "030", "031", "035"},
}

// killSwitch ends or holds the session that comes to the armed point.
const killSwitch = `CREATE SCHEMA kill;
	CREATE TABLE kill.armed (point text, how text);
	CREATE FUNCTION kill.at(here text) RETURNS void LANGUAGE plpgsql AS $$
	DECLARE how text := (SELECT a.how FROM kill.armed AS a WHERE a.point = here);
	BEGIN
		IF how = 'terminate' THEN
			PERFORM pg_terminate_backend(pg_backend_pid()), pg_sleep(60);
		ELSIF how = 'hold' THEN
			PERFORM pg_advisory_lock(1, 1);
			PERFORM pg_advisory_unlock(1, 1);
		END IF;
	END $$;
	CREATE FUNCTION kill.noted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM kill.at(NEW.name || ' noted'); RETURN NULL; END $$;`

const noteTrigger = `CREATE OR REPLACE TRIGGER noted AFTER INSERT ON bun_migrations FOR EACH ROW EXECUTE FUNCTION kill.noted();`

// withKillPoints puts a point between any two statements of each migration, and one behind its
// note.
func withKillPoints() (with fstest.MapFS, points []string) {
	with = fstest.MapFS{}
	for file, text := range migrationTexts() {
		name, _, _ := strings.Cut(path.Base(file), "_")
		var b strings.Builder
		b.WriteString(noteTrigger)
		for i, statement := range append([]string{""}, splitStatements(text)...) {
			point := fmt.Sprintf("%s after statement %d", name, i)
			points = append(points, point)
			fmt.Fprintf(&b, "%s\nSELECT kill.at('%s');\n", statement, point)
		}
		points = append(points, name+" noted")
		with[file] = &fstest.MapFile{Data: []byte(b.String())}
	}
	return with, points
}

// migrationTexts are the texts of the program's migrations by their paths, in their order.
func migrationTexts() iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		files, _ := fs.Glob(db.MigrationFiles, "migrations/*") // the pattern is good
		for _, file := range files {
			text, err := fs.ReadFile(db.MigrationFiles, file)
			if err != nil {
				panic(err) // they are in the program
			}
			if !yield(file, string(text)) {
				return
			}
		}
	}
}

// splitStatements cuts a migration into its statements: a semicolon ends one unless it stands in a
// quoted text, a function's body or a comment.
func splitStatements(text string) (all []string) {
	var b strings.Builder
	for len(text) > 0 {
		n := 1
		switch {
		case strings.HasPrefix(text, "--"):
			n = strings.Index(text, "\n") + 1
			text = text[n:]
			continue
		case strings.HasPrefix(text, "$$"):
			n = strings.Index(text[2:], "$$") + 4
		case text[0] == '\'' || text[0] == '"':
			n = strings.IndexByte(text[1:], text[0]) + 2
		}
		b.WriteString(text[:n])
		if text[:n] == ";" {
			all = append(all, b.String())
			b.Reset()
		}
		text = text[n:]
	}
	return all
}

// versionOf has the migrations of an old version alone.
func versionOf(t *testing.T, numbers []string) fs.FS {
	t.Helper()
	old := fstest.MapFS{}
	for file, text := range migrationTexts() {
		if name := path.Base(file); strings.HasPrefix(name, "20261122000") && slices.Contains(numbers, name[11:14]) {
			old[file] = &fstest.MapFile{Data: []byte(text)}
		}
	}
	if len(old) != len(numbers) {
		t.Fatalf("of %v there are %d migrations", numbers, len(old))
	}
	return old
}

// migrating is a database of an old version, with rows in it.
type migrating struct {
	t     *testing.T
	dsn   string
	sql   *pgx.Conn
	store *db.Store
}

func newMigrating(t *testing.T, version []string) *migrating {
	t.Helper()
	m := &migrating{t: t, dsn: dbtest.EmptyDSN(t)}
	var err error
	m.sql, err = pgx.Connect(ctx, m.dsn)
	must(t, err)
	t.Cleanup(func() { _ = m.sql.Close(ctx) })
	m.store, err = db.Open(ctx, m.dsn, db.Options{MaxConns: 2})
	must(t, err)
	t.Cleanup(func() { _ = m.store.Close() })
	m.exec(killSwitch)
	if version == nil {
		return m
	}
	must(t, m.store.ApplyMigrations(ctx, versionOf(t, version)))
	m.exec(oldRows)
	return m
}

// oldRows are the rows of a database of an old version.
//
//go:embed testdata/old_rows.sql
var oldRows string

func (m *migrating) exec(sql string, args ...any) {
	m.t.Helper()
	_, err := m.sql.Exec(ctx, sql, args...)
	must(m.t, err)
}

func (m *migrating) arm(point, how string) {
	m.t.Helper()
	m.exec("DELETE FROM kill.armed")
	m.exec("INSERT INTO kill.armed VALUES ($1, $2)", point, how)
}

// shape is all that migrations make, as the catalogs tell it, and what has been noted.
func (m *migrating) shape() []string {
	m.t.Helper()
	return texts(m.t, m.sql, `SELECT format('%s: %s %s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), pg_get_expr(d.adbin, d.adrelid))
		FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
		LEFT JOIN pg_attrdef AS d ON d.adrelid = c.oid AND d.adnum = a.attnum
		WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
	UNION ALL SELECT pg_get_indexdef(indexrelid) FROM pg_index JOIN pg_class AS c ON c.oid = indrelid WHERE relnamespace = 'public'::regnamespace AND NOT relispartition
	UNION ALL SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conparentid = 0
	UNION ALL SELECT pg_get_functiondef(p.oid) FROM pg_proc AS p WHERE pronamespace = 'public'::regnamespace AND prokind = 'f'
		AND NOT EXISTS (SELECT FROM pg_depend AS x WHERE x.objid = p.oid AND x.deptype = 'e')
	UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal AND tgname <> 'noted'
	UNION ALL SELECT 'noted ' || name FROM bun_migrations ORDER BY 1`)
}

// content is what the rows of an old version have become.
func (m *migrating) content() []string {
	m.t.Helper()
	return texts(m.t, m.sql, `SELECT concat_ws(' ', c.number, a.status, a.trashed, a.unread_count, s.t1, s.n1, acc.language, t.properties)
		FROM conversations AS c JOIN accounts AS acc ON acc.id = c.account_id
		LEFT JOIN conversation_activity AS a ON a.account_id = c.account_id AND a.conversation_id = c.id
		LEFT JOIN tickets AS t ON t.account_id = c.account_id AND t.id = c.ticket_id
		LEFT JOIN ticket_slots AS s ON s.account_id = c.account_id AND s.ticket_id = c.ticket_id
	UNION ALL SELECT concat_ws(' ', 'labels', count(*)) FROM labels UNION ALL SELECT concat_ws(' ', 'files', bytes) FROM account_files ORDER BY 1`)
}

// TestMigrate_rows looks at what the rows of old versions become.
func TestMigrate_rows(t *testing.T) {
	t.Parallel()
	for version, applied := range oldVersions {
		if applied == nil {
			continue
		}
		m := newMigrating(t, applied)
		must(t, m.store.Migrate(ctx))
		content := m.content()
		for i := range content { // which slots the program would have given the properties is not of the migration
			content[i] = strings.Replace(content[i], " red 7 ", " ", 1)
		}
		equalLines(t, content, []string{
			"1 CLOSED t 0 ENGLISH", `2 OPEN f 1 ENGLISH {"size": 7, "colour": "red"}`, "files 7", "labels 2",
		})
		// One of those that look the same has the name; nobody can add another one.
		_, err := m.sql.Exec(ctx, "INSERT INTO labels SELECT account_id, gen_random_uuid(), 'vip', color, description, NULL, 1, now() FROM labels LIMIT 1")
		if err == nil || !strings.Contains(err.Error(), "labels_name_key") {
			t.Errorf("%s: a third label of the same name: %v", version, err)
		}
	}
}

// TestMigrate_foldedProperties: texts of properties that stand in columns are folded as filters
// compare them.
func TestMigrate_foldedProperties(t *testing.T) {
	t.Parallel()
	m := newMigrating(t, oldVersions["saved views, no language"])
	m.exec("UPDATE property_definitions SET slot = 't1' WHERE key = 'colour'")
	m.exec(`UPDATE tickets SET properties = properties || '{"colour": "Bleu Foncé"}'`)
	const column = "SELECT t1 FROM ticket_slots"
	equalLines(t, texts(t, m.sql, column), []string{"bleu foncé"})
	must(t, m.store.Migrate(ctx))
	equalLines(t, texts(t, m.sql, column), []string{"bleu fonce"})
}

// TestMigrate_killedBackend has Postgres end the session at each point in turn. Of a migration with
// many statements, and from an old version, some are enough: all is one transaction.
func TestMigrate_killedBackend(t *testing.T) {
	t.Parallel()
	for version, applied := range oldVersions {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			m := newMigrating(t, applied)
			files, points := withKillPoints()
			points = leftPoints(points, applied)
			if applied != nil {
				points = endPoints(points)
			}
			for i, point := range points {
				if i > manyPoints && i%4 != 0 && !strings.HasSuffix(point, "noted") {
					continue
				}
				m.arm(point, "terminate")
				if err := m.store.ApplyMigrations(ctx, files); err == nil {
					t.Errorf("nothing was killed %s", point)
				}
			}
			m.isWhole(applied)
		})
	}
}

// manyPoints are the points that all get a kill; of those behind them, every fourth does.
const manyPoints = 20

// leftPoints are those of migrations that a version has not applied.
func leftPoints(points, applied []string) (left []string) {
	for _, point := range points {
		if !strings.HasPrefix(point, "20261122000") || !slices.Contains(applied, point[11:14]) {
			left = append(left, point)
		}
	}
	return left
}

// endPoints are those in front of each migration, behind its first and its last statement, and
// behind its note.
func endPoints(points []string) (ends []string) {
	for i, point := range points {
		_, place, _ := strings.Cut(point, " ")
		if place == "after statement 0" || place == "after statement 1" || place == "noted" || strings.HasSuffix(points[i+1], " noted") {
			ends = append(ends, point)
		}
	}
	return ends
}

// isWhole says that the next start brings the database to where it would be without any kill.
func (m *migrating) isWhole(applied []string) {
	m.t.Helper()
	m.exec("DELETE FROM kill.armed")
	must(m.t, m.store.Migrate(ctx))
	whole := newMigrating(m.t, applied)
	must(m.t, whole.store.Migrate(ctx))
	equalLines(m.t, m.shape(), whole.shape())
	equalLines(m.t, m.content(), whole.content())
}

// migrateInstead has the test binary migrate a database, and be killed while it does.
const migrateInstead = "DESKWIRE_MIGRATE_INSTEAD_OF_TESTS"

func migrateAsProgram(dsn string) int {
	store, err := db.Open(ctx, dsn, db.Options{MaxConns: 2})
	if err == nil {
		files, _ := withKillPoints()
		err = store.ApplyMigrations(ctx, files)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// TestMigrate_killedProgram kills the program with SIGKILL behind the last statement of migrations
// and behind their notes; from an old version behind the notes alone. Every third one is enough,
// since what a kill leaves is what TestMigrate_killedBackend leaves at all of them.
func TestMigrate_killedProgram(t *testing.T) {
	t.Parallel()
	for version, applied := range oldVersions {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			m := newMigrating(t, applied)
			_, points := withKillPoints()
			points = leftPoints(points, applied)
			notes := 0
			for i, point := range points {
				if !strings.HasSuffix(point, " noted") {
					continue
				}
				if notes++; notes%3 != 0 {
					continue
				}
				if applied == nil {
					m.killProgram(points[i-1])
				}
				m.killProgram(point)
			}
			m.isWhole(applied)
		})
	}
}

// killProgram starts a program that migrates, and kills it at the point.
func (m *migrating) killProgram(point string) {
	m.t.Helper()
	m.arm(point, "hold")
	m.exec("SELECT pg_advisory_lock(1, 1)")
	program := exec.Command(os.Args[0])
	program.Env = append(os.Environ(), migrateInstead+"="+m.dsn)
	var said strings.Builder
	program.Stderr = &said
	must(m.t, program.Start())
	ended := make(chan error, 1)
	go func() { ended <- program.Wait() }()
	for held := false; !held; {
		select {
		case err := <-ended:
			m.t.Fatalf("it did not come to %s: %v: %s", point, err, said.String())
		case <-time.After(5 * time.Millisecond):
			held = texts(m.t, m.sql, "SELECT count(*)::text FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND classid = 1 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())")[0] == "1"
		}
	}
	must(m.t, program.Process.Kill())
	if err := <-ended; err == nil {
		m.t.Fatal("the program ended well, though it was killed")
	}
	m.exec("SELECT pg_advisory_unlock(1, 1)")
}

func equalLines(t *testing.T, got, want []string) {
	t.Helper()
	for _, line := range got {
		if !slices.Contains(want, line) {
			t.Errorf("it has more: %s", line)
		}
	}
	for _, line := range want {
		if !slices.Contains(got, line) {
			t.Errorf("it lacks: %s", line)
		}
	}
}
