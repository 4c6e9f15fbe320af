// What the what-if schema of a twin is made of, and how it is taken down. {0} stands for that schema, {1} for the role that owns the
// warehouse's objects, {2} for the one that plans, {3} for the schema where the owner makes what-if objects.
//
// Functions from outside may run wherever those two roles ask the server anything. So nothing here is theirs to change: they may
// create nothing in {0}, its tables let nobody through but the superuser, and see() names all it touches in full.
//
// Sessions hear of changed statistics only through the table's own row, so that is touched too.
#pragma once

namespace dwopt::twin {

// Indexes: one lives on the empty copy of its table, and a planning session sees it on the table itself once that session's own,
// never committed change of the catalog has hung it there: the planner looks at every index of a table, valid or not. The copies are
// unlogged, as logging a small new file at commit would read its pages into the buffers, where ours would not be seen.
//
// see() is all that the planning role may do to a catalog. Each session touches a system column's entry of its own, `mark`, to
// make itself read the table's index list anew, so that sessions do not wait for each other.
inline constexpr const char* index_functions = R"sql(
CREATE TABLE {0}.homes (copy oid PRIMARY KEY, original oid);
CREATE FUNCTION {0}.copy(original regclass, name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('CREATE UNLOGGED TABLE {3}.%I (LIKE %s); ALTER TABLE {3}.%1$I OWNER TO {1}', name, original);
  INSERT INTO {0}.homes VALUES (format('{3}.%I', name)::regclass, original);
  UPDATE pg_catalog.pg_class SET relhasindex = true WHERE oid = original AND NOT relhasindex;
END $$;
ALTER TABLE {0}.homes ENABLE ROW LEVEL SECURITY;
CREATE FUNCTION {0}.made(name text, pages int, tuples float4) RETURNS TABLE (index oid, file text) LANGUAGE sql AS $$
  UPDATE pg_catalog.pg_class c SET relpages = pages, reltuples = tuples WHERE c.relnamespace = '{3}'::regnamespace AND c.relname = name
  RETURNING c.oid, pg_catalog.pg_relation_filepath(c.oid)
$$;
CREATE FUNCTION {0}.see(shown oid[], hidden oid[], mark int2) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
  UPDATE pg_catalog.pg_attribute a SET attndims = a.attndims FROM pg_catalog.pg_index i JOIN {0}.homes h ON h.copy = i.indrelid
    WHERE i.indexrelid = ANY (shown) AND a.attrelid = h.original AND a.attnum = mark;
  UPDATE pg_catalog.pg_index i SET indrelid = h.original FROM {0}.homes h WHERE h.copy = i.indrelid AND i.indexrelid = ANY (shown);
  IF hidden <> '{{}}' THEN
    UPDATE pg_catalog.pg_attribute a SET attndims = a.attndims FROM pg_catalog.pg_index i WHERE i.indexrelid = ANY (hidden) AND a.attrelid = i.indrelid AND a.attnum = mark;
    UPDATE pg_catalog.pg_index SET indisvalid = false WHERE indexrelid = ANY (hidden);
  END IF;
END $$;
REVOKE ALL ON FUNCTION {0}.see FROM PUBLIC;
GRANT EXECUTE ON FUNCTION {0}.see TO {2})sql";

// Partitions: what makes a table partitioned changes places between the table and a double of it that is divided as asked. The table
// keeps its identity, so views, foreign keys and statistics stay what they are. Doing it twice undoes it.
inline constexpr const char* partition_functions = R"sql(
CREATE TABLE {0}.divided (original oid PRIMARY KEY, double oid, own_statistics boolean);
ALTER TABLE {0}.divided ENABLE ROW LEVEL SECURITY;
CREATE FUNCTION {0}.swap(a oid, b oid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  UPDATE pg_catalog.pg_class c SET relkind = o.relkind, relam = o.relam, relfilenode = o.relfilenode, relpersistence = o.relpersistence,
      relhassubclass = o.relhassubclass, relhasindex = o.relhasindex, relfrozenxid = o.relfrozenxid, relminmxid = o.relminmxid
    FROM pg_catalog.pg_class o WHERE (c.oid, o.oid) IN ((a, b), (b, a));
  UPDATE pg_catalog.pg_index SET indrelid = CASE indrelid WHEN a THEN b ELSE a END WHERE indrelid IN (a, b);
  UPDATE pg_catalog.pg_inherits SET inhparent = CASE inhparent WHEN a THEN b ELSE a END WHERE inhparent IN (a, b);
  UPDATE pg_catalog.pg_partitioned_table SET partrelid = 0 WHERE partrelid = a;
  UPDATE pg_catalog.pg_partitioned_table SET partrelid = a WHERE partrelid = b;
  UPDATE pg_catalog.pg_partitioned_table SET partrelid = b WHERE partrelid = 0;
  UPDATE pg_catalog.pg_class SET relhasindex = relhasindex WHERE oid IN (SELECT inhrelid FROM pg_catalog.pg_inherits WHERE inhparent IN (a, b));
END $$;
CREATE FUNCTION {0}.divide(a oid, b oid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  inherited boolean := EXISTS (SELECT FROM pg_catalog.pg_statistic WHERE starelid = a AND stainherit);
BEGIN
  INSERT INTO {0}.divided VALUES (a, b, NOT inherited);
  IF NOT inherited THEN
    PERFORM {0}.copy_statistics(a, a, 1, 0, true);
    IF pg_catalog.current_setting('server_version_num')::int >= 150000 THEN
      INSERT INTO pg_catalog.pg_statistic_ext_data (stxoid, stxdinherit, stxdndistinct, stxddependencies)
        SELECT d.stxoid, true, d.stxdndistinct, d.stxddependencies FROM pg_catalog.pg_statistic_ext_data d
        JOIN pg_catalog.pg_statistic_ext e ON e.oid = d.stxoid WHERE e.stxrelid = a AND NOT d.stxdinherit;
    END IF;
  END IF;
  PERFORM {0}.swap(a, b);
END $$;
CREATE FUNCTION {0}.index_key(i pg_catalog.pg_index, k int) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT format(CASE WHEN i.indkey[k - 1] = 0 THEN '(%s)' ELSE '%s' END, pg_catalog.pg_get_indexdef(i.indexrelid, k, false)) ||
      coalesce((SELECT format(' COLLATE %I.%I', n.nspname, c.collname) FROM pg_catalog.pg_collation c JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace WHERE c.oid = i.indcollation[k - 1]), '') ||
      (SELECT format(' %I.%I', n.nspname, o.opcname) FROM pg_catalog.pg_opclass o JOIN pg_catalog.pg_namespace n ON n.oid = o.opcnamespace WHERE o.oid = i.indclass[k - 1]) ||
      CASE WHEN i.indoption[k - 1] & 1 = 1 THEN ' DESC' ELSE '' END || CASE WHEN i.indoption[k - 1] & 2 = 2 THEN ' NULLS FIRST' ELSE ' NULLS LAST' END
$$;
CREATE FUNCTION {0}.index_tails(original oid, partition_keys name[]) RETURNS TABLE (index_schema name, index_name name, tail text, growth float8, oid oid) LANGUAGE sql STABLE AS $$
  SELECT n.nspname, c.relname,
      CASE WHEN missing IS NULL OR c.relam <> 403 THEN substr(def, length(concat('CREATE ', CASE WHEN i.indisunique THEN 'UNIQUE ' END, 'INDEX ', quote_ident(c.relname), ' ON ',
          CASE WHEN c.relkind = 'I' THEN 'ONLY ' END, original::regclass, ' ')))
        ELSE format(' USING btree (%s, %s)%s%s', keys, missing, ' INCLUDE (' || included || ')', ' WHERE ' || pg_catalog.pg_get_expr(i.indpred, i.indrelid)) END,
      CASE WHEN missing IS NULL THEN 1 ELSE (12 + 8 * ceil((held + more) / 8.0)) / (12 + 8 * ceil(held / 8.0)) END, c.oid
    FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace,
      LATERAL pg_catalog.pg_get_indexdef(i.indexrelid) AS def,
      LATERAL (SELECT string_agg({0}.index_key(i, k), ', ' ORDER BY k) FILTER (WHERE k <= i.indnkeyatts) AS keys,
          string_agg(pg_catalog.pg_get_indexdef(i.indexrelid, k, false), ', ' ORDER BY k) FILTER (WHERE k > i.indnkeyatts) AS included FROM generate_series(1, i.indnatts) k) x,
      LATERAL (SELECT sum(CASE WHEN a.attlen > 0 THEN a.attlen ELSE 16 END) AS held FROM pg_catalog.pg_attribute a WHERE a.attrelid = i.indexrelid) h,
      LATERAL (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) AS missing, sum(CASE WHEN a.attlen > 0 THEN a.attlen ELSE 16 END) AS more
          FROM pg_catalog.pg_attribute a WHERE i.indisunique AND a.attrelid = original AND a.attname = ANY (partition_keys) AND NOT a.attnum = ANY (i.indkey)) m
    WHERE i.indrelid = original AND i.indisvalid ORDER BY c.oid
$$;
CREATE FUNCTION {0}.pages_below(relation oid) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT sum(pg_catalog.pg_relation_size(coalesce(t.relid, relation)) / 8192)::bigint FROM (SELECT) x LEFT JOIN pg_catalog.pg_partition_tree(relation) t ON true
$$;
CREATE FUNCTION {0}.rows_below(relation oid) RETURNS float8 LANGUAGE sql STABLE AS $$
  SELECT coalesce(sum(greatest(c.reltuples, 0)), 0) FROM pg_catalog.pg_class c
  WHERE c.relkind IN ('r', 'm', 'i') AND c.oid IN (SELECT relation UNION SELECT t.relid FROM pg_catalog.pg_partition_tree(relation) t)
$$;
CREATE FUNCTION {0}.fill_partition(original oid, leaf oid, share float8, partition_keys name[])
  RETURNS TABLE (file text, pages bigint, method name, index_schema name, index_name name, part_name name) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  total float8 := {0}.rows_below(original);
  part record;
BEGIN
  FOR part IN
    SELECT original AS source, leaf AS target, NULL::name AS index_schema, NULL::name AS index_name, ceil({0}.pages_below(original) * share)::bigint AS pages, total AS tuples,
        coalesce(sum(c.relallvisible)::float8 / nullif(sum(c.relpages), 0), 0) AS visible
      FROM pg_catalog.pg_class c WHERE c.relkind <> 'p' AND c.oid IN (SELECT original UNION SELECT t.relid FROM pg_catalog.pg_partition_tree(original) t)
    UNION ALL
    SELECT t.oid, p.indexrelid, t.index_schema, t.index_name, ceil({0}.pages_below(t.oid) * share * t.growth)::bigint, {0}.rows_below(t.oid), 0
      FROM (SELECT *, row_number() OVER (ORDER BY oid) AS nth FROM {0}.index_tails(original, partition_keys)) t
      JOIN (SELECT *, row_number() OVER (ORDER BY indexrelid) AS nth FROM pg_catalog.pg_index WHERE indrelid = leaf) p USING (nth)
  LOOP
    UPDATE pg_catalog.pg_class c SET relpages = part.pages, reltuples = part.tuples * share, relallvisible = floor(part.pages * least(part.visible, 1)) WHERE c.oid = part.target;
    PERFORM {0}.copy_statistics(part.source, part.target, share, total, false);
    RETURN QUERY SELECT pg_catalog.pg_relation_filepath(c.oid), part.pages, m.amname, part.index_schema, part.index_name, c.relname
      FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_am m ON m.oid = c.relam WHERE c.oid = part.target;
  END LOOP;
END $$;
CREATE FUNCTION {0}.forget_column(relation oid, name text) RETURNS void LANGUAGE sql AS $$
  DELETE FROM pg_catalog.pg_statistic s USING pg_catalog.pg_attribute a WHERE s.starelid = relation AND a.attrelid = relation AND a.attname = name AND s.staattnum = a.attnum
$$;
CREATE FUNCTION {0}.unite(a oid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  was {0}.divided;
BEGIN
  DELETE FROM {0}.divided d WHERE d.original = a RETURNING d.* INTO was;
  IF NOT FOUND THEN RETURN; END IF;
  PERFORM {0}.swap(a, was.double);
  IF was.own_statistics THEN
    DELETE FROM pg_catalog.pg_statistic WHERE starelid = a AND stainherit;
    IF pg_catalog.current_setting('server_version_num')::int >= 150000 THEN
      DELETE FROM pg_catalog.pg_statistic_ext_data d USING pg_catalog.pg_statistic_ext e WHERE e.oid = d.stxoid AND e.stxrelid = a AND d.stxdinherit;
    END IF;
  END IF;
  EXECUTE 'DROP TABLE ' || was.double::regclass || ' CASCADE';
END $$)sql";

// Statistics of a share of a relation's rows, where the share has nothing to do with the column. Of D distinct values with N / D rows
// each, a value is missed by all of them with probability (1 - share) ^ (N / D).
inline constexpr const char* statistics_functions = R"sql(
CREATE FUNCTION {0}.distinct_in(stored float4, rows float8, share float8) RETURNS float4 LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN share >= 1 OR rows <= 0 OR share <= 0 OR stored = 0 THEN stored ELSE (
    SELECT CASE WHEN stored < 0 THEN -least(1, found / (rows * share)) ELSE greatest(1, least(found, rows * share)) END
    FROM (SELECT greatest(1, CASE WHEN stored < 0 THEN -stored * rows ELSE stored END) AS d) x, LATERAL (SELECT d * (1 - exp(greatest(-700, ln(1 - share) * greatest(1, rows / d)))) AS found) y) END
$$;
CREATE FUNCTION {0}.copy_statistics(original oid, target oid, share float8, rows float8, inherited boolean) RETURNS void LANGUAGE sql AS $$
  INSERT INTO pg_catalog.pg_statistic (starelid, staattnum, stainherit, stanullfrac, stawidth, stadistinct, stakind1, stakind2, stakind3, stakind4, stakind5,
      staop1, staop2, staop3, staop4, staop5, stacoll1, stacoll2, stacoll3, stacoll4, stacoll5, stanumbers1, stanumbers2, stanumbers3, stanumbers4, stanumbers5,
      stavalues1, stavalues2, stavalues3, stavalues4, stavalues5)
    SELECT target, staattnum, inherited, stanullfrac, stawidth, {0}.distinct_in(stadistinct, rows, share), stakind1, stakind2, stakind3, stakind4, stakind5,
      staop1, staop2, staop3, staop4, staop5, stacoll1, stacoll2, stacoll3, stacoll4, stacoll5, stanumbers1, stanumbers2, stanumbers3, stanumbers4, stanumbers5,
      stavalues1, stavalues2, stavalues3, stavalues4, stavalues5
    FROM pg_catalog.pg_statistic s
    WHERE s.starelid = original AND s.stainherit = EXISTS (SELECT FROM pg_catalog.pg_statistic i WHERE i.starelid = original AND i.stainherit)
$$;
CREATE TABLE {0}.orders (relation oid, attribute int2, inherited boolean, correlation float4, PRIMARY KEY (relation, attribute, inherited));
ALTER TABLE {0}.orders ENABLE ROW LEVEL SECURITY;
CREATE FUNCTION {0}.notice(relation oid) RETURNS void LANGUAGE sql AS $$
  UPDATE pg_catalog.pg_class SET relhasindex = relhasindex WHERE oid = relation
$$;
CREATE FUNCTION {0}.order_by(relation oid, name text, direction float4) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  attribute int2 := (SELECT a.attnum FROM pg_catalog.pg_attribute a WHERE a.attrelid = relation AND a.attname = name);
  before float4;
BEGIN
  SELECT s.stanumbers3[1] INTO before FROM pg_catalog.pg_statistic s WHERE s.starelid = relation AND s.staattnum = attribute AND s.stakind3 = 3 AND NOT s.stainherit;
  IF NOT FOUND THEN RETURN false; END IF;
  INSERT INTO {0}.orders SELECT s.starelid, s.staattnum, s.stainherit, s.stanumbers3[1] FROM pg_catalog.pg_statistic s WHERE s.starelid = relation AND s.stakind3 = 3
    ON CONFLICT DO NOTHING;
  UPDATE pg_catalog.pg_statistic s SET stanumbers3 = ARRAY[CASE WHEN s.staattnum = attribute THEN direction ELSE direction * before * s.stanumbers3[1] END]
    WHERE s.starelid = relation AND s.stakind3 = 3;
  PERFORM {0}.notice(relation);
  RETURN true;
END $$;
CREATE FUNCTION {0}.order_back() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  UPDATE pg_catalog.pg_statistic s SET stanumbers3 = ARRAY[o.correlation] FROM {0}.orders o
    WHERE s.starelid = o.relation AND s.staattnum = o.attribute AND s.stainherit = o.inherited;
  UPDATE pg_catalog.pg_class SET relhasindex = relhasindex WHERE oid IN (SELECT relation FROM {0}.orders);
  DELETE FROM {0}.orders;
END $$)sql";

inline constexpr const char* take_down = R"sql(
SELECT {0}.order_back();
SELECT {0}.unite(original) FROM {0}.divided)sql";

}  // namespace dwopt::twin
