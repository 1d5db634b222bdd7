-- A database that 0.1.0 made on PostgreSQL: one workshop closed, one open; three whole and three begun plays.
-- Every pseudonym is made up. Made with kasuslab 0.1.0's own writer, then dumped.
CREATE TABLE public.event (
    play integer NOT NULL,
    n integer NOT NULL,
    at character varying(27) NOT NULL,
    body text NOT NULL,
    chain character varying(16) NOT NULL
);
CREATE TABLE public.play (
    number integer NOT NULL,
    id character varying(32) NOT NULL,
    seat character varying(32) NOT NULL,
    case_id character varying(40) NOT NULL,
    version character varying(40) NOT NULL,
    mode character varying(20) NOT NULL
);
CREATE SEQUENCE public.play_number_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.play_number_seq OWNED BY public.play.number;
CREATE TABLE public.room (
    workshop integer NOT NULL,
    case_id character varying(40) NOT NULL,
    decision character varying(80) NOT NULL,
    state character varying(10) NOT NULL,
    at character varying(27) DEFAULT ''::character varying NOT NULL
);
CREATE TABLE public.seat (
    id character varying(32) NOT NULL,
    workshop integer NOT NULL,
    pseudonym character varying(80) NOT NULL,
    code character varying(64) NOT NULL,
    created character varying(27) NOT NULL,
    sector character varying(40),
    typed boolean DEFAULT false NOT NULL
);
CREATE TABLE public.workshop (
    number integer NOT NULL,
    name character varying(80) NOT NULL,
    created character varying(27) NOT NULL,
    code character varying(12) DEFAULT ''::character varying NOT NULL,
    mode character varying(20) DEFAULT 'practice'::character varying NOT NULL,
    closed character varying(27),
    keep_days integer DEFAULT 30 NOT NULL
);
CREATE SEQUENCE public.workshop_number_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.workshop_number_seq OWNED BY public.workshop.number;
ALTER TABLE ONLY public.play ALTER COLUMN number SET DEFAULT nextval('public.play_number_seq'::regclass);
ALTER TABLE ONLY public.workshop ALTER COLUMN number SET DEFAULT nextval('public.workshop_number_seq'::regclass);
INSERT INTO public.event VALUES (1, 0, '2026-11-01T07:00:28.000000Z', '{"at":"2026-11-01T07:00:28.000000Z","event":"started","format":1,"play":"00000000000000000000000000001001","case":"daftar-nilai","version":"1.0.0","course":"workshop-20261101-070000","mode":"practice"}', 'dac44b62335b2ae6');
INSERT INTO public.event VALUES (1, 1, '2026-11-01T07:00:35.000000Z', '{"at":"2026-11-01T07:00:35.000000Z","event":"decided","decision":"mendesak","pick":"sedang"}', '48a20b3b17937541');
INSERT INTO public.event VALUES (1, 2, '2026-11-01T07:00:42.000000Z', '{"at":"2026-11-01T07:00:42.000000Z","event":"decided","decision":"bicara","pick":"dengar"}', 'c392e3a4b4d13138');
INSERT INTO public.event VALUES (1, 3, '2026-11-01T07:00:49.000000Z', '{"at":"2026-11-01T07:00:49.000000Z","event":"decided","decision":"langkah","pick":["catat","minta"]}', '29452c82ff1305dd');
INSERT INTO public.event VALUES (1, 4, '2026-11-01T07:00:56.000000Z', '{"at":"2026-11-01T07:00:56.000000Z","event":"decided","decision":"urutan","pick":["aman","setuju","sekolah","pantau"]}', 'f9e5499b2363fa74');
INSERT INTO public.event VALUES (1, 5, '2026-11-01T07:01:03.000000Z', '{"at":"2026-11-01T07:01:03.000000Z","event":"decided","decision":"serah","pick":[{"service":"sekolah","urgency":"hari","packet":["tindakan"]}]}', 'dce94bae5b838423');
INSERT INTO public.event VALUES (1, 6, '2026-11-01T07:01:10.000000Z', '{"at":"2026-11-01T07:01:10.000000Z","event":"decided","decision":"refleksi","pick":"Saya akan bertanya lebih dulu."}', '2e95c52bbae3ee42');
INSERT INTO public.event VALUES (2, 0, '2026-11-01T07:01:17.000000Z', '{"at":"2026-11-01T07:01:17.000000Z","event":"started","format":1,"play":"00000000000000000000000000001002","case":"daftar-nilai","version":"1.0.0","course":"workshop-20261101-070000","mode":"practice"}', '1962aac6a22d90de');
INSERT INTO public.event VALUES (2, 1, '2026-11-01T07:01:24.000000Z', '{"at":"2026-11-01T07:01:24.000000Z","event":"paused"}', '9117a646dff13229');
INSERT INTO public.event VALUES (2, 2, '2026-11-01T07:02:24.000000Z', '{"at":"2026-11-01T07:02:24.000000Z","event":"resumed"}', '44e318a31d8496bf');
INSERT INTO public.event VALUES (2, 3, '2026-11-01T07:02:31.000000Z', '{"at":"2026-11-01T07:02:31.000000Z","event":"decided","decision":"mendesak","pick":"rendah"}', 'fd41d3ff22d9ba41');
INSERT INTO public.event VALUES (2, 4, '2026-11-01T07:02:38.000000Z', '{"at":"2026-11-01T07:02:38.000000Z","event":"continued","scene":"grup_lain"}', 'bed8e86077183e80');
INSERT INTO public.event VALUES (2, 5, '2026-11-01T07:02:45.000000Z', '{"at":"2026-11-01T07:02:45.000000Z","event":"decided","decision":"bicara","pick":"dengar"}', 'baeb69a4f409a8d6');
INSERT INTO public.event VALUES (2, 6, '2026-11-01T07:02:52.000000Z', '{"at":"2026-11-01T07:02:52.000000Z","event":"decided","decision":"langkah","pick":["catat"]}', 'e3943d6632c13a7a');
INSERT INTO public.event VALUES (2, 7, '2026-11-01T07:02:59.000000Z', '{"at":"2026-11-01T07:02:59.000000Z","event":"decided","decision":"urutan","pick":["aman","setuju","sekolah","pantau"]}', '16d3f6a4ccdad7d2');
INSERT INTO public.event VALUES (2, 8, '2026-11-01T07:03:06.000000Z', '{"at":"2026-11-01T07:03:06.000000Z","event":"decided","decision":"serah","pick":[{"service":"sekolah","urgency":"hari","packet":["tindakan"]}]}', '1000d1ba95e93e16');
INSERT INTO public.event VALUES (2, 9, '2026-11-01T07:03:13.000000Z', '{"at":"2026-11-01T07:03:13.000000Z","event":"decided","decision":"refleksi","pick":"Saya akan bertanya lebih dulu."}', 'bee262af6cd2ae6a');
INSERT INTO public.event VALUES (3, 0, '2026-11-01T07:03:20.000000Z', '{"at":"2026-11-01T07:03:20.000000Z","event":"started","format":1,"play":"00000000000000000000000000001003","case":"daftar-nilai","version":"1.0.0","course":"workshop-20261101-070000","mode":"practice"}', '83f767e359cf71f4');
INSERT INTO public.event VALUES (3, 1, '2026-11-01T07:03:27.000000Z', '{"at":"2026-11-01T07:03:27.000000Z","event":"decided","decision":"mendesak","pick":"sedang"}', '511e2458c5f0c15e');
INSERT INTO public.event VALUES (3, 2, '2026-11-01T07:03:34.000000Z', '{"at":"2026-11-01T07:03:34.000000Z","event":"decided","decision":"bicara","pick":"dengar"}', 'fd9f83d0094a8cc2');
INSERT INTO public.event VALUES (3, 3, '2026-11-01T07:03:41.000000Z', '{"at":"2026-11-01T07:03:41.000000Z","event":"decided","decision":"langkah","pick":["catat","minta"]}', '3fd12ef7d9996999');
INSERT INTO public.event VALUES (3, 4, '2026-11-01T07:03:48.000000Z', '{"at":"2026-11-01T07:03:48.000000Z","event":"decided","decision":"urutan","pick":["aman","setuju","sekolah","pantau"]}', 'a37a4200ce7f1e32');
INSERT INTO public.event VALUES (4, 0, '2026-11-22T07:00:35.000000Z', '{"at":"2026-11-22T07:00:35.000000Z","event":"started","format":1,"play":"00000000000000000000000000001004","case":"daftar-nilai","version":"1.0.0","course":"workshop-20261122-070000","mode":"discussion"}', '6e4d496e16e45296');
INSERT INTO public.event VALUES (4, 1, '2026-11-22T07:00:42.000000Z', '{"at":"2026-11-22T07:00:42.000000Z","event":"decided","decision":"mendesak","pick":"sedang"}', '17d0f01097a69a28');
INSERT INTO public.event VALUES (5, 0, '2026-11-22T07:00:49.000000Z', '{"at":"2026-11-22T07:00:49.000000Z","event":"started","format":1,"play":"00000000000000000000000000001005","case":"daftar-nilai","version":"1.0.0","course":"workshop-20261122-070000","mode":"discussion"}', '9ce206fcca8f7c59');
INSERT INTO public.event VALUES (5, 1, '2026-11-22T07:00:56.000000Z', '{"at":"2026-11-22T07:00:56.000000Z","event":"decided","decision":"mendesak","pick":"rendah"}', '272d286fc446c5b5');
INSERT INTO public.event VALUES (5, 2, '2026-11-22T07:01:03.000000Z', '{"at":"2026-11-22T07:01:03.000000Z","event":"continued","scene":"grup_lain"}', 'd3b2697df5267ad5');
INSERT INTO public.event VALUES (6, 0, '2026-11-22T07:01:10.000000Z', '{"at":"2026-11-22T07:01:10.000000Z","event":"started","format":1,"play":"00000000000000000000000000001006","case":"daftar-nilai","version":"1.0.0","course":"workshop-20261122-070000","mode":"discussion"}', '83cc9c85461fbcff');
INSERT INTO public.play VALUES (1, '00000000000000000000000000001001', '00000000000000000000000000000001', 'daftar-nilai', '1.0.0', 'practice');
INSERT INTO public.play VALUES (2, '00000000000000000000000000001002', '00000000000000000000000000000002', 'daftar-nilai', '1.0.0', 'practice');
INSERT INTO public.play VALUES (3, '00000000000000000000000000001003', '00000000000000000000000000000003', 'daftar-nilai', '1.0.0', 'practice');
INSERT INTO public.play VALUES (4, '00000000000000000000000000001004', '00000000000000000000000000000004', 'daftar-nilai', '1.0.0', 'discussion');
INSERT INTO public.play VALUES (5, '00000000000000000000000000001005', '00000000000000000000000000000005', 'daftar-nilai', '1.0.0', 'discussion');
INSERT INTO public.play VALUES (6, '00000000000000000000000000001006', '00000000000000000000000000000006', 'daftar-nilai', '1.0.0', 'discussion');
INSERT INTO public.room VALUES (2, 'daftar-nilai', 'mendesak', 'revealed', '2026-11-22T07:01:24.000000Z');
INSERT INTO public.room VALUES (2, 'daftar-nilai', 'bicara', 'locked', '2026-11-22T07:01:31.000000Z');
INSERT INTO public.seat VALUES ('00000000000000000000000000000001', 1, 'Kepodang Jingga 42', 'daefcec63f5a982c44c3b7eebe5023f9040ffc1bb7070bbef8f78f59c4f9eb84', '2026-11-01T07:00:07Z', 'police', false);
INSERT INTO public.seat VALUES ('00000000000000000000000000000002', 1, 'Beo Ungu 11', '39ea7340b130a55d18c81d7b0c9f967bbe14be53323e1c24d03c029625725fe2', '2026-11-01T07:00:14Z', 'health', false);
INSERT INTO public.seat VALUES ('00000000000000000000000000000003', 1, 'Si Tenang', '5c13d61828fd691f5b57762ab6579133f476e79a5753491c4955b37527c42506', '2026-11-01T07:00:21Z', NULL, true);
INSERT INTO public.seat VALUES ('00000000000000000000000000000004', 2, 'Elang Hijau 70', '2a112340ebdaa6b0fabad192ca212c38046678eb7f46c5377cb7bcb8e84c88bb', '2026-11-22T07:00:07Z', 'police', false);
INSERT INTO public.seat VALUES ('00000000000000000000000000000005', 2, 'Merak Biru 23', '8795dab16aa269f110d673721b710a097c9e45cfe76c56e9c02d9ff706419aef', '2026-11-22T07:00:14Z', 'social_service', false);
INSERT INTO public.seat VALUES ('00000000000000000000000000000006', 2, 'Jalak Putih 31', 'ba63adfc8caecd974369428502a08936c02bd3f735701411bf96764c218676f1', '2026-11-22T07:00:21Z', 'school', false);
INSERT INTO public.seat VALUES ('00000000000000000000000000000007', 2, 'Gelatik Merah 55', '7c7ece72eaec6d7f439c8287d9522d0c93f8abfd7e6928978737023e428abfea', '2026-11-22T07:00:28Z', 'village', false);
INSERT INTO public.workshop VALUES (1, 'workshop-20261101-070000', '2026-11-01T07:00:00Z', 'KBTD', 'practice', '2026-11-01T07:04:48Z', 30);
INSERT INTO public.workshop VALUES (2, 'workshop-20261122-070000', '2026-11-22T07:00:00Z', 'RVXW', 'discussion', NULL, 60);
SELECT pg_catalog.setval('public.play_number_seq', 6, true);
SELECT pg_catalog.setval('public.workshop_number_seq', 2, true);
ALTER TABLE ONLY public.event
    ADD CONSTRAINT event_pkey PRIMARY KEY (play, n);
ALTER TABLE ONLY public.play
    ADD CONSTRAINT play_id_key UNIQUE (id);
ALTER TABLE ONLY public.play
    ADD CONSTRAINT play_pkey PRIMARY KEY (number);
ALTER TABLE ONLY public.room
    ADD CONSTRAINT room_pkey PRIMARY KEY (workshop, case_id, decision);
ALTER TABLE ONLY public.seat
    ADD CONSTRAINT seat_code_key UNIQUE (code);
ALTER TABLE ONLY public.seat
    ADD CONSTRAINT seat_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.seat
    ADD CONSTRAINT seat_workshop_pseudonym_key UNIQUE (workshop, pseudonym);
ALTER TABLE ONLY public.workshop
    ADD CONSTRAINT workshop_name_key UNIQUE (name);
ALTER TABLE ONLY public.workshop
    ADD CONSTRAINT workshop_pkey PRIMARY KEY (number);
CREATE INDEX ix_play_seat ON public.play USING btree (seat);
ALTER TABLE ONLY public.event
    ADD CONSTRAINT event_play_fkey FOREIGN KEY (play) REFERENCES public.play(number);
ALTER TABLE ONLY public.play
    ADD CONSTRAINT play_seat_fkey FOREIGN KEY (seat) REFERENCES public.seat(id);
ALTER TABLE ONLY public.room
    ADD CONSTRAINT room_workshop_fkey FOREIGN KEY (workshop) REFERENCES public.workshop(number);
ALTER TABLE ONLY public.seat
    ADD CONSTRAINT seat_workshop_fkey FOREIGN KEY (workshop) REFERENCES public.workshop(number);
