BEGIN TRANSACTION;
CREATE TABLE absence (
	person_id VARCHAR NOT NULL, 
	starts DATETIME NOT NULL, 
	ends DATETIME NOT NULL, 
	delegate_id VARCHAR NOT NULL, 
	set_by VARCHAR NOT NULL, 
	set_at DATETIME NOT NULL, 
	CONSTRAINT pk_absence PRIMARY KEY (person_id)
);
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0008');
CREATE TABLE audit (
	seq INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	actor VARCHAR NOT NULL, 
	action VARCHAR NOT NULL, 
	subject VARCHAR NOT NULL, 
	detail TEXT NOT NULL, 
	request_id VARCHAR NOT NULL, 
	previous VARCHAR NOT NULL, 
	hash VARCHAR NOT NULL, 
	CONSTRAINT pk_audit PRIMARY KEY (seq)
);
INSERT INTO "audit" VALUES(1,'2026-03-24 07:30:00.000000','4150868000000100003','proposal.approved','8db9bcd640d57f3383192994d3f1a505','{"account_id":"4150868000002000001","digest":"e179ce5893ccac4dc6e237040877db0a6c03aad42130a16ce3bb57b4d93dc708","lineage":"8db9bcd640d57f3383192994d3f1a505","reason_given":false,"slack_place":"","slack_team":"T0SERGAS","slack_user":"U-anna","standing":"owner","tool":"zoho_add_note","undoes":null,"version":1}','test','0000000000000000000000000000000000000000000000000000000000000000','699849317038d4dd70d6540f622832e7175a4e39719b794f70a1b46b4975636a');
INSERT INTO "audit" VALUES(2,'2026-03-24 07:30:00.000000','sergas','write.attempted','8db9bcd640d57f3383192994d3f1a505','{"attempt":1,"digest":"e179ce5893ccac4dc6e237040877db0a6c03aad42130a16ce3bb57b4d93dc708","lineage":"8db9bcd640d57f3383192994d3f1a505","tool":"zoho_add_note"}','8db9bcd6','699849317038d4dd70d6540f622832e7175a4e39719b794f70a1b46b4975636a','39aaa332da3415915b531402701bf78327668212c6f92344eebbffa8d83e4c3f');
INSERT INTO "audit" VALUES(3,'2026-03-24 07:30:00.000000','sergas','write.done','8db9bcd640d57f3383192994d3f1a505','{"attempt":1,"crm_id":"9100000000000000001","lineage":"8db9bcd640d57f3383192994d3f1a505","verdict":"done"}','8db9bcd6','39aaa332da3415915b531402701bf78327668212c6f92344eebbffa8d83e4c3f','47dfa40e36a385d5d9aebd2347b45455c40c1a4f3ca0363f8c79fb979ae892be');
INSERT INTO "audit" VALUES(4,'2026-03-24 07:50:00.000000','4150868000000100003','proposal.endorsed','6c20ec51c578182c1e1b74e5fe1346c5','{"account_id":"4150868000002000004","digest":"b265fe620c0238a61086093d6ebde1b23e16f2eee5616c817587f97a2601d3f9","lineage":"6c20ec51c578182c1e1b74e5fe1346c5","reason_given":false,"slack_place":"","slack_team":"T0SERGAS","slack_user":"U-anna","standing":"owner","tool":"zoho_update_account","undoes":null,"version":1}','test','47dfa40e36a385d5d9aebd2347b45455c40c1a4f3ca0363f8c79fb979ae892be','06e8527c199adc662df34dfa06ad60c3dcda481b3d4bd4cab908e15347cf806c');
INSERT INTO "audit" VALUES(5,'2026-03-24 07:50:00.000000','4150868000000100003','proposal.adjusted','cc646d0645e016b8deb745672f2fc1d3','{"account_id":"4150868000002000001","digest":"b655ce6f40c2ff4abf8595a4abfbd01979a19e1cddbc26e93812ea72233ff16f","lineage":"9d312217e2bb4f44ec0ff01bc399c2eb","replaces":"9d312217e2bb4f44ec0ff01bc399c2eb","slack_place":"","slack_team":"T0SERGAS","slack_user":"U-anna","standing":"owner","version":2}','test','06e8527c199adc662df34dfa06ad60c3dcda481b3d4bd4cab908e15347cf806c','60680ac6b7fb8cdd7f4c49e830f25c78ce3ef2bde294a10c68519b2efbd2dd8c');
INSERT INTO "audit" VALUES(6,'2026-03-24 07:50:00.000000','4150868000000100003','proposal.rejected','af78e6baf114f3f3e15cd5d67ea170de','{"account_id":"4150868000002000001","digest":"69c99a6d5404ac8df6b7526d730e4a89cd29751dc44548a8e8437adaa24c2619","lineage":"af78e6baf114f3f3e15cd5d67ea170de","reason_given":true,"slack_place":"","slack_team":"T0SERGAS","slack_user":"U-anna","standing":"owner","tool":"zoho_add_note","undoes":null,"version":1}','test','60680ac6b7fb8cdd7f4c49e830f25c78ce3ef2bde294a10c68519b2efbd2dd8c','99fc1212db55c05775a2ebce9319f4785abe89dc9872210b8c9f4029c2941d37');
INSERT INTO "audit" VALUES(7,'2026-03-24 07:50:00.000000','4150868000000100003','proposal.snoozed','c291c98e20294547107a3c9d97577477','{"account_id":"4150868000002000001","slack_place":"","slack_team":"T0SERGAS","slack_user":"U-anna","standing":"owner","until":"2026-03-27T00:00:00+01:00","version":1}','test','99fc1212db55c05775a2ebce9319f4785abe89dc9872210b8c9f4029c2941d37','a27d2e738fe6c6b7732ec4cb42cfb22abf6b43fa9213e8629c36a8c7dfbc467c');
INSERT INTO "audit" VALUES(8,'2026-03-24 07:50:00.000000','4150868000000100003','proposal.approved','75283875464c7b1d87fef09c0827f794','{"account_id":"4150868000002000001","digest":"a62cb520467485d33b0446d4a0c565d3461ba7ea113e69a2ff6c9e30d742a331","lineage":"75283875464c7b1d87fef09c0827f794","reason_given":false,"slack_place":"","slack_team":"T0SERGAS","slack_user":"U-anna","standing":"owner","tool":"zoho_create_task","undoes":null,"version":1}','test','a27d2e738fe6c6b7732ec4cb42cfb22abf6b43fa9213e8629c36a8c7dfbc467c','8466e1857a01a6ea9f4cf4b0586e056698890ede1857baecfb3a44bd5509b152');
INSERT INTO "audit" VALUES(9,'2026-03-24 07:50:00.000000','sergas','write.attempted','75283875464c7b1d87fef09c0827f794','{"attempt":1,"digest":"a62cb520467485d33b0446d4a0c565d3461ba7ea113e69a2ff6c9e30d742a331","lineage":"75283875464c7b1d87fef09c0827f794","tool":"zoho_create_task"}','75283875','8466e1857a01a6ea9f4cf4b0586e056698890ede1857baecfb3a44bd5509b152','273a5754c6ae1db40fe86f62f1d23388b0a7884ba58200728da56d960dc14d14');
INSERT INTO "audit" VALUES(10,'2026-03-24 07:50:00.000000','sergas','write.done','75283875464c7b1d87fef09c0827f794','{"attempt":1,"crm_id":"9100000000000000002","lineage":"75283875464c7b1d87fef09c0827f794","verdict":"done"}','75283875','273a5754c6ae1db40fe86f62f1d23388b0a7884ba58200728da56d960dc14d14','da49a374e28c8b7c32b3ff00dfb88862f7a8dd573ceb1565381f2b390bb38989');
INSERT INTO "audit" VALUES(11,'2026-03-24 07:50:00.000000','4150868000000100003','proposal.approved','13b58f00632ecc27c4ebcaf1b5fb2469','{"account_id":"4150868000002000001","digest":"2d1886609d25309ffecc897139cc2c216f797f8e80461d88376851fde2199569","lineage":"13b58f00632ecc27c4ebcaf1b5fb2469","reason_given":false,"slack_place":"","slack_team":"T0SERGAS","slack_user":"U-anna","standing":"owner","tool":"zoho_add_note","undoes":null,"version":1}','test','da49a374e28c8b7c32b3ff00dfb88862f7a8dd573ceb1565381f2b390bb38989','d8fb7c0ddb4f172f6c6f515ffa8080c6a8cab376bed08933732831b5e6f64936');
INSERT INTO "audit" VALUES(12,'2026-03-24 07:50:00.000000','sergas','write.attempted','13b58f00632ecc27c4ebcaf1b5fb2469','{"attempt":1,"digest":"2d1886609d25309ffecc897139cc2c216f797f8e80461d88376851fde2199569","lineage":"13b58f00632ecc27c4ebcaf1b5fb2469","tool":"zoho_add_note"}','13b58f00','d8fb7c0ddb4f172f6c6f515ffa8080c6a8cab376bed08933732831b5e6f64936','725d6d57acb2d8d677e3ff3c299e6582c30ba97bd8bc5f03113b4e272c928aee');
INSERT INTO "audit" VALUES(13,'2026-03-24 07:50:00.000000','sergas','write.done','13b58f00632ecc27c4ebcaf1b5fb2469','{"attempt":1,"crm_id":"9100000000000000003","lineage":"13b58f00632ecc27c4ebcaf1b5fb2469","verdict":"done"}','13b58f00','725d6d57acb2d8d677e3ff3c299e6582c30ba97bd8bc5f03113b4e272c928aee','0498dabcd991474990ee685778730cc427c88f0ed409bdc51645ba12e83c3812');
INSERT INTO "audit" VALUES(14,'2026-03-24 07:50:00.000000','4150868000000100003','proposal.approved','939a074843da1d272b1598dbb5bcb1d3','{"account_id":"4150868000002000001","digest":"23929e8aa159c5d037d193916fccac0cd70f9bb92516d5a4db246fc0a556d0da","lineage":"939a074843da1d272b1598dbb5bcb1d3","reason_given":false,"slack_place":"","slack_team":"T0SERGAS","slack_user":"U-anna","standing":"owner","tool":"zoho_update_account","undoes":null,"version":1}','test','0498dabcd991474990ee685778730cc427c88f0ed409bdc51645ba12e83c3812','8b310b9d1cbaf0f8b34c7f7a73621acd856be1eae571f48ec6ae31a1d0055cf0');
INSERT INTO "audit" VALUES(15,'2026-03-24 07:50:00.000000','sergas','write.attempted','939a074843da1d272b1598dbb5bcb1d3','{"attempt":1,"digest":"23929e8aa159c5d037d193916fccac0cd70f9bb92516d5a4db246fc0a556d0da","lineage":"939a074843da1d272b1598dbb5bcb1d3","tool":"zoho_update_account"}','939a0748','8b310b9d1cbaf0f8b34c7f7a73621acd856be1eae571f48ec6ae31a1d0055cf0','fbf118995cc05915b1b2a7f7fe67b27693502ac232684aeec2cfbeb16da1b89b');
INSERT INTO "audit" VALUES(16,'2026-03-24 07:50:00.000000','sergas','write.done','939a074843da1d272b1598dbb5bcb1d3','{"attempt":1,"crm_id":"4150868000002000001","lineage":"939a074843da1d272b1598dbb5bcb1d3","verdict":"done"}','939a0748','fbf118995cc05915b1b2a7f7fe67b27693502ac232684aeec2cfbeb16da1b89b','7937fa73aea16d17f56ae71aa4313dda1cd90e4b29a260926c04ae28e774907e');
INSERT INTO "audit" VALUES(17,'2026-03-24 07:50:00.000000','4150868000000100003','proposal.approved','1e03afc517639fd82a27ac6833dbf1df','{"account_id":"4150868000002000001","digest":"fa4dcd94ef55b0ddf0f784e9254c49081b023145ec27ec76e830f3c797fd8c56","lineage":"1e03afc517639fd82a27ac6833dbf1df","reason_given":false,"slack_place":"","slack_team":"T0SERGAS","slack_user":"U-anna","standing":"owner","tool":"zoho_create_task","undoes":null,"version":1}','test','7937fa73aea16d17f56ae71aa4313dda1cd90e4b29a260926c04ae28e774907e','e066c3121ef3375f9228e052803f0c8070b17011a654637ee06a0bae7efba63b');
INSERT INTO "audit" VALUES(18,'2026-03-24 07:50:00.000000','sergas','write.attempted','1e03afc517639fd82a27ac6833dbf1df','{"attempt":1,"digest":"fa4dcd94ef55b0ddf0f784e9254c49081b023145ec27ec76e830f3c797fd8c56","lineage":"1e03afc517639fd82a27ac6833dbf1df","tool":"zoho_create_task"}','1e03afc5','e066c3121ef3375f9228e052803f0c8070b17011a654637ee06a0bae7efba63b','1a4a3fa96e2b525fbd1d42cdba33d6e1ffbbdcd88bdbf5abcb1fcb6a6de82a0e');
INSERT INTO "audit" VALUES(19,'2026-03-24 07:50:00.000000','sergas','write.done','1e03afc517639fd82a27ac6833dbf1df','{"attempt":1,"crm_id":"9100000000000000004","lineage":"1e03afc517639fd82a27ac6833dbf1df","verdict":"done"}','1e03afc5','1a4a3fa96e2b525fbd1d42cdba33d6e1ffbbdcd88bdbf5abcb1fcb6a6de82a0e','95a6a87ad194d1b03b8bee52523e50e1e62a0c4dc08c186092185da8439037a0');
INSERT INTO "audit" VALUES(20,'2026-03-24 07:50:00.000000','4150868000000100003','undo.offered','a520e7c6adddb48e22aeda1bc0fa183d','{"digest":"4f3de252136f83ff8cf5fe6654adf9d72916d291e22c61aa671c0605359a08a5","slack_place":"","slack_team":"T0SERGAS","slack_user":"U-anna","undoes":"1e03afc517639fd82a27ac6833dbf1df"}','test','95a6a87ad194d1b03b8bee52523e50e1e62a0c4dc08c186092185da8439037a0','bd743dbeb068a2da4de6b8f2c4da75ad85815fbd4ffe77da891ab6a42c2f6c27');
INSERT INTO "audit" VALUES(21,'2026-03-24 07:50:00.000000','4150868000000100003','proposal.approved','a520e7c6adddb48e22aeda1bc0fa183d','{"account_id":"4150868000002000001","digest":"4f3de252136f83ff8cf5fe6654adf9d72916d291e22c61aa671c0605359a08a5","lineage":"a520e7c6adddb48e22aeda1bc0fa183d","reason_given":false,"slack_place":"","slack_team":"T0SERGAS","slack_user":"U-anna","standing":"owner","tool":"remove_record","undoes":"1e03afc517639fd82a27ac6833dbf1df","version":1}','test','bd743dbeb068a2da4de6b8f2c4da75ad85815fbd4ffe77da891ab6a42c2f6c27','984aa879d7e0dc5f7d1b001bd2474e9334401f26d4da8e6a7a588e97e8eee5f5');
INSERT INTO "audit" VALUES(22,'2026-03-24 07:50:00.000000','sergas','write.attempted','a520e7c6adddb48e22aeda1bc0fa183d','{"attempt":1,"digest":"4f3de252136f83ff8cf5fe6654adf9d72916d291e22c61aa671c0605359a08a5","lineage":"a520e7c6adddb48e22aeda1bc0fa183d","tool":"remove_record"}','a520e7c6','984aa879d7e0dc5f7d1b001bd2474e9334401f26d4da8e6a7a588e97e8eee5f5','dd2a778dc8511881a3e747128fff269340dcc2fc8f8e13788f35ddf48c0e1e99');
INSERT INTO "audit" VALUES(23,'2026-03-24 07:50:00.000000','sergas','write.done','a520e7c6adddb48e22aeda1bc0fa183d','{"attempt":1,"crm_id":"9100000000000000004","lineage":"a520e7c6adddb48e22aeda1bc0fa183d","verdict":"done"}','a520e7c6','dd2a778dc8511881a3e747128fff269340dcc2fc8f8e13788f35ddf48c0e1e99','ec9f8197fc5f5b321778da0f2503b9426aab701be67eca41ad80abe052d1d571');
INSERT INTO "audit" VALUES(24,'2026-03-24 07:50:00.000000','sergas','write.undone','1e03afc517639fd82a27ac6833dbf1df','{"lineage":"1e03afc517639fd82a27ac6833dbf1df","undo":"a520e7c6adddb48e22aeda1bc0fa183d"}','1e03afc5','ec9f8197fc5f5b321778da0f2503b9426aab701be67eca41ad80abe052d1d571','01c1588d35612d6757e3ca6e01e4b43a9ad1db77c07eb3bb7d5f8b31e9f90998');
INSERT INTO "audit" VALUES(25,'2026-03-24 07:50:00.000000','4150868000000100003','proposal.approved','9bbf137a03f138d7c07b7d04e6c68b6c','{"account_id":"4150868000002000001","digest":"3e51c753adf7237ba682f85dd5cea54b9866d3f90588df76c15dedb249d876d5","lineage":"9bbf137a03f138d7c07b7d04e6c68b6c","reason_given":false,"slack_place":"","slack_team":"T0SERGAS","slack_user":"U-anna","standing":"owner","tool":"zoho_add_note","undoes":null,"version":1}','test','01c1588d35612d6757e3ca6e01e4b43a9ad1db77c07eb3bb7d5f8b31e9f90998','45eaddd9822d3fb2fe4da2cc89fa727c3a826d51d1cf017e45ca3b64aec94378');
INSERT INTO "audit" VALUES(26,'2026-03-24 07:50:00.000000','sergas','write.attempted','9bbf137a03f138d7c07b7d04e6c68b6c','{"attempt":1,"digest":"3e51c753adf7237ba682f85dd5cea54b9866d3f90588df76c15dedb249d876d5","lineage":"9bbf137a03f138d7c07b7d04e6c68b6c","tool":"zoho_add_note"}','9bbf137a','45eaddd9822d3fb2fe4da2cc89fa727c3a826d51d1cf017e45ca3b64aec94378','b9fc1bc64510020973996d11bfaade9b6a653631d5c3bfaf10e1e5d15ecc7746');
INSERT INTO "audit" VALUES(27,'2026-03-24 07:50:00.000000','sergas','write.done','9bbf137a03f138d7c07b7d04e6c68b6c','{"attempt":1,"crm_id":"9100000000000000005","lineage":"9bbf137a03f138d7c07b7d04e6c68b6c","verdict":"done"}','9bbf137a','b9fc1bc64510020973996d11bfaade9b6a653631d5c3bfaf10e1e5d15ecc7746','2162fecc1e05c43c2b85844f6c8e0a333d7552d686e9fdbd304e15fbaeff29fd');
INSERT INTO "audit" VALUES(28,'2026-03-24 07:50:00.000000','4150868000000100003','undo.offered','5f5ed238d84f79b463f6269e4d64569e','{"digest":"0715635e63e2a00e9da9596a8ddf94c2d3aa2a3a24085ea12658a5f201089b0a","slack_place":"","slack_team":"T0SERGAS","slack_user":"U-anna","undoes":"9bbf137a03f138d7c07b7d04e6c68b6c"}','test','2162fecc1e05c43c2b85844f6c8e0a333d7552d686e9fdbd304e15fbaeff29fd','1c6a3e8bc5648f59d13b449529efcf039ed3e5579b097d2ca14c9672ed9301ed');
INSERT INTO "audit" VALUES(29,'2026-03-24 07:50:00.000000','4150868000000100003','proposal.approved','416c6c479775c775a2ff95265865dbfb','{"account_id":"4150868000002000001","digest":"49e1447425553a97036b0b59b1a265434e40ffcd1497b03012d62c60430ffdad","lineage":"416c6c479775c775a2ff95265865dbfb","reason_given":false,"slack_place":"","slack_team":"T0SERGAS","slack_user":"U-anna","standing":"owner","tool":"zoho_create_task","undoes":null,"version":1}','test','1c6a3e8bc5648f59d13b449529efcf039ed3e5579b097d2ca14c9672ed9301ed','97e14423e2e3b54891ae38bd80939b72ee93613ea0fad8e320dc7bbe2d2ce0f9');
INSERT INTO "audit" VALUES(30,'2026-03-24 07:50:00.000000','sergas','write.attempted','416c6c479775c775a2ff95265865dbfb','{"attempt":1,"digest":"49e1447425553a97036b0b59b1a265434e40ffcd1497b03012d62c60430ffdad","lineage":"416c6c479775c775a2ff95265865dbfb","tool":"zoho_create_task"}','416c6c47','97e14423e2e3b54891ae38bd80939b72ee93613ea0fad8e320dc7bbe2d2ce0f9','4a13b244595d485602ea10c6c2e5d777bee1c1ce59043b209f1306baa331a257');
INSERT INTO "audit" VALUES(31,'2026-03-24 07:50:00.000000','sergas','write.done','416c6c479775c775a2ff95265865dbfb','{"attempt":1,"crm_id":"9100000000000000006","lineage":"416c6c479775c775a2ff95265865dbfb","verdict":"done"}','416c6c47','4a13b244595d485602ea10c6c2e5d777bee1c1ce59043b209f1306baa331a257','09050cd9b0e7dedc5c65e93fa5b3662e4c0bb28408a0c25267f17a99cdb5192f');
INSERT INTO "audit" VALUES(32,'2026-03-24 07:50:00.000000','4150868000000100003','undo.offered','774b7a517deaa09dbf0b38945a66e81c','{"digest":"db157c13f4ba929498264bb2cc25d2bb4efa7148b9d54608f55ebea5a8e72a7d","slack_place":"","slack_team":"T0SERGAS","slack_user":"U-anna","undoes":"416c6c479775c775a2ff95265865dbfb"}','test','09050cd9b0e7dedc5c65e93fa5b3662e4c0bb28408a0c25267f17a99cdb5192f','d8cdc9f3dc37f9992dcd201ca2c1e19571f76f5e712f332d697a689072a429ae');
INSERT INTO "audit" VALUES(33,'2026-03-24 07:50:00.000000','4150868000000100003','proposal.approved','774b7a517deaa09dbf0b38945a66e81c','{"account_id":"4150868000002000001","digest":"db157c13f4ba929498264bb2cc25d2bb4efa7148b9d54608f55ebea5a8e72a7d","lineage":"774b7a517deaa09dbf0b38945a66e81c","reason_given":false,"slack_place":"","slack_team":"T0SERGAS","slack_user":"U-anna","standing":"owner","tool":"remove_record","undoes":"416c6c479775c775a2ff95265865dbfb","version":1}','test','d8cdc9f3dc37f9992dcd201ca2c1e19571f76f5e712f332d697a689072a429ae','0d33c35a2bf66cbf8dd5ab878a1ad1ca7f60372e1b000034b6fe365dce5d7489');
INSERT INTO "audit" VALUES(34,'2026-03-24 07:50:00.000000','4150868000000100003','proposal.approved','d75b43eb71117b309bb43fb96968906d','{"account_id":"4150868000002000001","digest":"1d538ef4472a40a597571c38b092a959346ff800b0e2ffa342c20650ff3506cf","lineage":"d75b43eb71117b309bb43fb96968906d","reason_given":false,"slack_place":"","slack_team":"T0SERGAS","slack_user":"U-anna","standing":"owner","tool":"zoho_create_task","undoes":null,"version":1}','test','0d33c35a2bf66cbf8dd5ab878a1ad1ca7f60372e1b000034b6fe365dce5d7489','4a6dcfabd8a4447cac281a226e95c768054d00fc619083609911a57c3eccd04f');
INSERT INTO "audit" VALUES(35,'2026-03-24 07:50:00.000000','sergas','write.attempted','d75b43eb71117b309bb43fb96968906d','{"attempt":1,"digest":"1d538ef4472a40a597571c38b092a959346ff800b0e2ffa342c20650ff3506cf","lineage":"d75b43eb71117b309bb43fb96968906d","tool":"zoho_create_task"}','d75b43eb','4a6dcfabd8a4447cac281a226e95c768054d00fc619083609911a57c3eccd04f','73e40a6d3a15f369fb8469da22ecce7c4c7e163adc879343fc96d087f2d67387');
INSERT INTO "audit" VALUES(36,'2026-03-24 07:50:00.000000','sergas','write.dead','d75b43eb71117b309bb43fb96968906d','{"attempt":1,"crm_id":null,"lineage":"d75b43eb71117b309bb43fb96968906d","verdict":"refused"}','d75b43eb','73e40a6d3a15f369fb8469da22ecce7c4c7e163adc879343fc96d087f2d67387','1d15db9b274a1b3685e5098736339b7bd927b139f5552e7c20c5690f6b9d7816');
INSERT INTO "audit" VALUES(37,'2026-03-24 07:50:00.000000','4150868000000100003','proposal.approved','33bb5d4f49cef9d7e0d09d138ad343f6','{"account_id":"4150868000002000001","digest":"2f999e7ab371b11457a7e171a31e5b99791681be26579c1c92ef9ed7cd00a437","lineage":"33bb5d4f49cef9d7e0d09d138ad343f6","reason_given":false,"slack_place":"","slack_team":"T0SERGAS","slack_user":"U-anna","standing":"owner","tool":"zoho_add_note","undoes":null,"version":1}','test','1d15db9b274a1b3685e5098736339b7bd927b139f5552e7c20c5690f6b9d7816','02b3cfc9942196b09c125aa4b0f65a2563bc38160f956ecd808535b3b2362248');
INSERT INTO "audit" VALUES(38,'2026-03-24 07:50:00.000000','sergas','write.attempted','33bb5d4f49cef9d7e0d09d138ad343f6','{"attempt":1,"digest":"2f999e7ab371b11457a7e171a31e5b99791681be26579c1c92ef9ed7cd00a437","lineage":"33bb5d4f49cef9d7e0d09d138ad343f6","tool":"zoho_add_note"}','33bb5d4f','02b3cfc9942196b09c125aa4b0f65a2563bc38160f956ecd808535b3b2362248','545f921a4a651eab5a678744ae0a077bf9e0708eb6cdcdac7625b1afa8f8711b');
INSERT INTO "audit" VALUES(39,'2026-03-24 07:50:00.000000','sergas','write.unknown','33bb5d4f49cef9d7e0d09d138ad343f6','{"attempt":1,"crm_id":null,"lineage":"33bb5d4f49cef9d7e0d09d138ad343f6","verdict":"unknown"}','33bb5d4f','545f921a4a651eab5a678744ae0a077bf9e0708eb6cdcdac7625b1afa8f8711b','0e163b3c2a9f5e655700b1edf395877fb24ebf9a65f9fd889beb8f7575f82475');
INSERT INTO "audit" VALUES(40,'2026-03-24 07:50:00.000000','4150868000000100003','proposal.approved','cd9b86dea2fd6621cf4e014a513b69bb','{"account_id":"4150868000002000001","digest":"f363bf2b5066bf718d88fbd55a4d846e6eedd5c203949f67c395d8163a6857a9","lineage":"cd9b86dea2fd6621cf4e014a513b69bb","reason_given":false,"slack_place":"","slack_team":"T0SERGAS","slack_user":"U-anna","standing":"owner","tool":"zoho_create_task","undoes":null,"version":1}','test','0e163b3c2a9f5e655700b1edf395877fb24ebf9a65f9fd889beb8f7575f82475','20a497e0f64915fb6e87f1efcbbf9ebf33ab4fe849d344414aa5c32adb9997e6');
INSERT INTO "audit" VALUES(41,'2026-03-24 07:50:00.000000','sergas','write.attempted','cd9b86dea2fd6621cf4e014a513b69bb','{"attempt":1,"digest":"f363bf2b5066bf718d88fbd55a4d846e6eedd5c203949f67c395d8163a6857a9","lineage":"cd9b86dea2fd6621cf4e014a513b69bb","tool":"zoho_create_task"}','cd9b86de','20a497e0f64915fb6e87f1efcbbf9ebf33ab4fe849d344414aa5c32adb9997e6','2811723c0095f01e92c4b6c4bfe858a489ae03d678a490e387eaced007b7cc59');
INSERT INTO "audit" VALUES(42,'2026-03-24 07:50:00.000000','sergas','write.unknown','cd9b86dea2fd6621cf4e014a513b69bb','{"attempt":1,"crm_id":null,"lineage":"cd9b86dea2fd6621cf4e014a513b69bb","verdict":"unknown"}','cd9b86de','2811723c0095f01e92c4b6c4bfe858a489ae03d678a490e387eaced007b7cc59','919a573fec347e5d6345504c135583956c21135792f4928a0ce8156624533716');
INSERT INTO "audit" VALUES(43,'2026-03-24 07:50:00.000000','4150868000000100003','proposal.approved','ac36001984776d75262f517a6eb259ea','{"account_id":"4150868000002000001","digest":"1662ab8d48c19e7ace6d0ab2bd6ea446951d6506f956054e01f50fca98653a9d","lineage":"ac36001984776d75262f517a6eb259ea","reason_given":false,"slack_place":"","slack_team":"T0SERGAS","slack_user":"U-anna","standing":"owner","tool":"zoho_add_note","undoes":null,"version":1}','test','919a573fec347e5d6345504c135583956c21135792f4928a0ce8156624533716','3ef6c62fc893ce8ca69f7cbd473fd1ca3e226819d342f587a9c8560ebf1f822d');
INSERT INTO "audit" VALUES(44,'2026-03-24 07:50:00.000000','sergas','write.attempted','ac36001984776d75262f517a6eb259ea','{"attempt":1,"digest":"1662ab8d48c19e7ace6d0ab2bd6ea446951d6506f956054e01f50fca98653a9d","lineage":"ac36001984776d75262f517a6eb259ea","tool":"zoho_add_note"}','ac360019','3ef6c62fc893ce8ca69f7cbd473fd1ca3e226819d342f587a9c8560ebf1f822d','dba381b41b0855a0071e8d961f1d61a67a8bb6902b24cad9c6757733029381ee');
INSERT INTO "audit" VALUES(45,'2026-03-24 07:50:00.000000','sergas','write.unknown','ac36001984776d75262f517a6eb259ea','{"attempt":1,"crm_id":null,"lineage":"ac36001984776d75262f517a6eb259ea","verdict":"unknown"}','ac360019','dba381b41b0855a0071e8d961f1d61a67a8bb6902b24cad9c6757733029381ee','34e37aa1ae5f2a6b8265dbdc0ec99104d3f753baa4431e0189eebae0b99f6b2c');
INSERT INTO "audit" VALUES(46,'2026-03-24 07:50:00.000000','4150868000000100003','proposal.approved','7debb4a6c8934fba457b380b155a22ac','{"account_id":"4150868000002000001","digest":"e520fed7219196ae3cad34c87bb10174b8a2cbff324fe06cfe61fca341a0ed8f","lineage":"7debb4a6c8934fba457b380b155a22ac","reason_given":false,"slack_place":"","slack_team":"T0SERGAS","slack_user":"U-anna","standing":"owner","tool":"zoho_create_task","undoes":null,"version":1}','test','34e37aa1ae5f2a6b8265dbdc0ec99104d3f753baa4431e0189eebae0b99f6b2c','94c6ac2b8bce5d35db9e0251b1e36a1754ee431f8ec6f0035dd64ad73e7071ee');
INSERT INTO "audit" VALUES(47,'2026-03-24 07:50:00.000000','sergas','write.attempted','7debb4a6c8934fba457b380b155a22ac','{"attempt":1,"digest":"e520fed7219196ae3cad34c87bb10174b8a2cbff324fe06cfe61fca341a0ed8f","lineage":"7debb4a6c8934fba457b380b155a22ac","tool":"zoho_create_task"}','7debb4a6','94c6ac2b8bce5d35db9e0251b1e36a1754ee431f8ec6f0035dd64ad73e7071ee','677fbdcf82fdb20f71c44521996147170c51f063b04edba69ae8d1ccb5be6a7e');
INSERT INTO "audit" VALUES(48,'2026-03-24 07:50:00.000000','4150868000000100003','proposal.approved','11775af72076e581bab4b9e5f4e3774c','{"account_id":"4150868000002000001","digest":"fed2dffe7cfdcb18cfaa1575a19058356002a2d9a804342883a62389d412724b","lineage":"11775af72076e581bab4b9e5f4e3774c","reason_given":false,"slack_place":"","slack_team":"T0SERGAS","slack_user":"U-anna","standing":"owner","tool":"zoho_add_note","undoes":null,"version":1}','test','677fbdcf82fdb20f71c44521996147170c51f063b04edba69ae8d1ccb5be6a7e','f5d6a6f902287604b4b3872a68710f960d7144c57eb2cd36eecad80ac95b6d79');
INSERT INTO "audit" VALUES(49,'2026-03-24 07:50:00.000000','sergas','write.attempted','11775af72076e581bab4b9e5f4e3774c','{"attempt":1,"digest":"fed2dffe7cfdcb18cfaa1575a19058356002a2d9a804342883a62389d412724b","lineage":"11775af72076e581bab4b9e5f4e3774c","tool":"zoho_add_note"}','11775af7','f5d6a6f902287604b4b3872a68710f960d7144c57eb2cd36eecad80ac95b6d79','4d0288a7c9d4d3ecf14aca5ffd15e1ed16baf3a2239d61872f46804046b41f8b');
INSERT INTO "audit" VALUES(50,'2026-03-24 07:50:00.000000','4150868000000100003','proposal.approved','12e9a70d688943217a09b814ac0ad646','{"account_id":"4150868000002000001","digest":"d05dafdf2da7715007e1d82dcb1cb42da9169ca90d2448ce4ad7f1f7c3a1bafe","lineage":"12e9a70d688943217a09b814ac0ad646","reason_given":false,"slack_place":"","slack_team":"T0SERGAS","slack_user":"U-anna","standing":"owner","tool":"zoho_create_task","undoes":null,"version":1}','test','4d0288a7c9d4d3ecf14aca5ffd15e1ed16baf3a2239d61872f46804046b41f8b','015e9c797b824285acd98662ebaa0a71d8b5140d640a9226fe3789c1532c29c0');
INSERT INTO "audit" VALUES(51,'2026-03-24 07:50:00.000000','4150868000000100003','proposal.approved','7b91cde42ca39b8b116994505c36256a','{"account_id":"4150868000002000001","digest":"4f52441a6beb22ca4308f5ad37ec6f5c0c0582930c7b56e2edbe439a45ad6ce4","lineage":"7b91cde42ca39b8b116994505c36256a","reason_given":false,"slack_place":"","slack_team":"T0SERGAS","slack_user":"U-anna","standing":"owner","tool":"zoho_add_note","undoes":null,"version":1}','test','015e9c797b824285acd98662ebaa0a71d8b5140d640a9226fe3789c1532c29c0','e2b5ad834b6a9d3589eede60d0b98a8baa47477df4fb6b202adea8a78cc48319');
INSERT INTO "audit" VALUES(52,'2026-03-24 07:50:00.000000','4150868000000100003','proposal.approved','173d6b2f307f6723e77667def6efd409','{"account_id":"4150868000002000003","digest":"d949f6fa1b45e47e3519929f5b09310234a5f008073ca08851be21d3503b20ad","lineage":"173d6b2f307f6723e77667def6efd409","reason_given":false,"slack_place":"","slack_team":"T0SERGAS","slack_user":"U-anna","standing":"owner","tool":"zoho_update_account","undoes":null,"version":1}','test','e2b5ad834b6a9d3589eede60d0b98a8baa47477df4fb6b202adea8a78cc48319','5966386fbf2b1fbc1879310a28af4ca07c507c5900f0aefd13a8b5dd7c937047');
CREATE TABLE brief (
	id VARCHAR NOT NULL, 
	owner_id VARCHAR NOT NULL, 
	local_date DATE, 
	state VARCHAR NOT NULL, 
	claimed_at DATETIME NOT NULL, 
	generated_at DATETIME, 
	posted_at DATETIME, 
	body TEXT, 
	CONSTRAINT pk_brief PRIMARY KEY (id), 
	CONSTRAINT uq_brief_owner_id_local_date UNIQUE (owner_id, local_date)
);
INSERT INTO "brief" VALUES('927483f15e2cf080','4150868000000100003',NULL,'claimed','2026-03-24 07:50:00.000000','2026-03-24 07:50:00.000000',NULL,'{"id":"927483f15e2cf080","owner_id":"4150868000000100003","owner_name":"Anna Berg","local_date":"2026-03-24","generated_at":"2026-03-24T07:50:00Z","data_as_of":"2026-03-24T07:30:00Z","accounts":1,"cards":[{"account_id":"4150868000002000004","account_name":"Cedar Health","risk":"high","score":0.8,"amount":9.0,"statements":[],"recommendations":[{"key":"88f850dd","action":"follow_up","title":"Call them","rationale":"It is quiet.","risk":"high","signals":["no_activity"],"evidence":[],"confidence":{"score":0.8,"level":"high","because":"Two fields agree."},"write":{"tool":"zoho_update_account","account_id":"4150868000002000004","account_name":"Cedar Health","changes":[{"field":"rating","before":null,"after":"Active"}],"unless_modified_since":"2026-03-24T07:00:00Z"},"draft_email":null}],"priors":[],"proposal_ids":["6c20ec51c578182c1e1b74e5fe1346c5"],"remembered":[],"summary":null,"author":"playbook","struck":[]}],"news":[],"quiet":0,"problems":[],"author":"playbook","currency":"$","kind":"offer","why_not":[],"reader_id":"4150868000000100002","account_name":"","reason":"second","came_of_it":[]}');
CREATE TABLE change (
	id VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	record_kind VARCHAR NOT NULL, 
	record_id VARCHAR NOT NULL, 
	account_id VARCHAR, 
	owner_id VARCHAR NOT NULL, 
	field VARCHAR NOT NULL, 
	"before" TEXT, 
	"after" TEXT, 
	at DATETIME NOT NULL, 
	seen_at DATETIME NOT NULL, 
	CONSTRAINT pk_change PRIMARY KEY (id)
);
INSERT INTO "change" VALUES('003b10de208a1f480ce0d1461fc7e2eb','updated','account','4150868000002000001','4150868000002000001','4150868000000100003','account_type','Prospect','Customer','2026-03-24 07:50:00.000000','2026-03-24 07:50:00.000000');
CREATE TABLE crm_call (
	id VARCHAR NOT NULL, 
	"key" VARCHAR NOT NULL, 
	at DATETIME NOT NULL, 
	held_until DATETIME NOT NULL, 
	CONSTRAINT pk_crm_call PRIMARY KEY (id)
);
CREATE TABLE crm_pace (
	"key" VARCHAR NOT NULL, 
	paused_until DATETIME, 
	strikes INTEGER DEFAULT 0 NOT NULL, 
	remaining INTEGER, 
	remaining_at DATETIME, 
	minute DATETIME, 
	minute_calls INTEGER DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_crm_pace PRIMARY KEY ("key")
);
CREATE TABLE crm_sign_in (
	"key" VARCHAR NOT NULL, 
	sealed TEXT, 
	expires_at DATETIME, 
	leased_by VARCHAR, 
	leased_until DATETIME, 
	asked TEXT DEFAULT '[]' NOT NULL, 
	refusal TEXT, 
	refused_until DATETIME, 
	CONSTRAINT pk_crm_sign_in PRIMARY KEY ("key")
);
CREATE TABLE crm_usage (
	"key" VARCHAR NOT NULL, 
	slot DATETIME NOT NULL, 
	calls INTEGER NOT NULL, 
	credits INTEGER NOT NULL, 
	CONSTRAINT pk_crm_usage PRIMARY KEY ("key", slot)
);
CREATE TABLE departed (
	account_id VARCHAR NOT NULL, 
	contact_id VARCHAR NOT NULL, 
	at DATETIME NOT NULL, 
	body TEXT NOT NULL, 
	CONSTRAINT pk_departed PRIMARY KEY (account_id, contact_id)
);
CREATE TABLE inbox (
	"key" VARCHAR NOT NULL, 
	at DATETIME NOT NULL, body TEXT, attempts INTEGER DEFAULT 0 NOT NULL, taken_at DATETIME, done_at DATETIME, 
	CONSTRAINT pk_inbox PRIMARY KEY ("key")
);
CREATE TABLE link (
	team_id VARCHAR NOT NULL, 
	user_id VARCHAR NOT NULL, 
	person_id VARCHAR NOT NULL, 
	at DATETIME NOT NULL, confirmed_at DATETIME, refused_at DATETIME, 
	CONSTRAINT pk_link PRIMARY KEY (team_id, user_id), 
	CONSTRAINT uq_link_person_id UNIQUE (person_id)
);
INSERT INTO "link" VALUES('T0SERGAS','U-anna','4150868000000100003','2026-03-24 07:30:00.000000','2026-03-24 07:30:00.000000',NULL);
INSERT INTO "link" VALUES('T0SERGAS','U-bob','4150868000000100004','2026-03-24 07:30:00.000000','2026-03-24 07:30:00.000000',NULL);
INSERT INTO "link" VALUES('T0SERGAS','U-cora','4150868000000100005','2026-03-24 07:30:00.000000','2026-03-24 07:30:00.000000',NULL);
INSERT INTO "link" VALUES('T0SERGAS','U-mia','4150868000000100002','2026-03-24 07:30:00.000000','2026-03-24 07:30:00.000000',NULL);
INSERT INTO "link" VALUES('T0SERGAS','U-ada','4150868000000100001','2026-03-24 07:30:00.000000','2026-03-24 07:30:00.000000',NULL);
CREATE TABLE memory_due (
	seq INTEGER NOT NULL, 
	kind VARCHAR NOT NULL, 
	record_id VARCHAR NOT NULL, 
	CONSTRAINT pk_memory_due PRIMARY KEY (seq)
);
INSERT INTO "memory_due" VALUES(1,'activity','4150868000005000090');
INSERT INTO "memory_due" VALUES(2,'activity','4150868000005000002');
INSERT INTO "memory_due" VALUES(3,'activity','4150868000005000003');
INSERT INTO "memory_due" VALUES(4,'activity','4150868000005000004');
INSERT INTO "memory_due" VALUES(5,'activity','4150868000005000005');
INSERT INTO "memory_due" VALUES(6,'activity','4150868000005000006');
INSERT INTO "memory_due" VALUES(7,'activity','4150868000005000007');
INSERT INTO "memory_due" VALUES(8,'proposal','8db9bcd640d57f3383192994d3f1a505');
INSERT INTO "memory_due" VALUES(9,'proposal','8db9bcd640d57f3383192994d3f1a505');
INSERT INTO "memory_due" VALUES(10,'proposal','8db9bcd640d57f3383192994d3f1a505');
INSERT INTO "memory_due" VALUES(11,'proposal','8db9bcd640d57f3383192994d3f1a505');
INSERT INTO "memory_due" VALUES(12,'proposal','06d2270e334bdbf5187bab7fad5a38cd');
INSERT INTO "memory_due" VALUES(13,'proposal','b97918fae083f9055034eb06ec2e73d4');
INSERT INTO "memory_due" VALUES(14,'proposal','de555297e6f648ee38127eb396198c76');
INSERT INTO "memory_due" VALUES(15,'proposal','6c20ec51c578182c1e1b74e5fe1346c5');
INSERT INTO "memory_due" VALUES(16,'proposal','9d312217e2bb4f44ec0ff01bc399c2eb');
INSERT INTO "memory_due" VALUES(17,'proposal','9d312217e2bb4f44ec0ff01bc399c2eb');
INSERT INTO "memory_due" VALUES(18,'proposal','cc646d0645e016b8deb745672f2fc1d3');
INSERT INTO "memory_due" VALUES(19,'proposal','af78e6baf114f3f3e15cd5d67ea170de');
INSERT INTO "memory_due" VALUES(20,'proposal','af78e6baf114f3f3e15cd5d67ea170de');
INSERT INTO "memory_due" VALUES(21,'proposal','c291c98e20294547107a3c9d97577477');
INSERT INTO "memory_due" VALUES(22,'proposal','c291c98e20294547107a3c9d97577477');
INSERT INTO "memory_due" VALUES(23,'proposal','75283875464c7b1d87fef09c0827f794');
INSERT INTO "memory_due" VALUES(24,'proposal','75283875464c7b1d87fef09c0827f794');
INSERT INTO "memory_due" VALUES(25,'proposal','75283875464c7b1d87fef09c0827f794');
INSERT INTO "memory_due" VALUES(26,'proposal','75283875464c7b1d87fef09c0827f794');
INSERT INTO "memory_due" VALUES(27,'proposal','13b58f00632ecc27c4ebcaf1b5fb2469');
INSERT INTO "memory_due" VALUES(28,'proposal','13b58f00632ecc27c4ebcaf1b5fb2469');
INSERT INTO "memory_due" VALUES(29,'proposal','13b58f00632ecc27c4ebcaf1b5fb2469');
INSERT INTO "memory_due" VALUES(30,'proposal','13b58f00632ecc27c4ebcaf1b5fb2469');
INSERT INTO "memory_due" VALUES(31,'proposal','939a074843da1d272b1598dbb5bcb1d3');
INSERT INTO "memory_due" VALUES(32,'proposal','939a074843da1d272b1598dbb5bcb1d3');
INSERT INTO "memory_due" VALUES(33,'proposal','939a074843da1d272b1598dbb5bcb1d3');
INSERT INTO "memory_due" VALUES(34,'proposal','939a074843da1d272b1598dbb5bcb1d3');
INSERT INTO "memory_due" VALUES(35,'change','003b10de208a1f480ce0d1461fc7e2eb');
INSERT INTO "memory_due" VALUES(36,'proposal','1e03afc517639fd82a27ac6833dbf1df');
INSERT INTO "memory_due" VALUES(37,'proposal','1e03afc517639fd82a27ac6833dbf1df');
INSERT INTO "memory_due" VALUES(38,'proposal','1e03afc517639fd82a27ac6833dbf1df');
INSERT INTO "memory_due" VALUES(39,'proposal','1e03afc517639fd82a27ac6833dbf1df');
INSERT INTO "memory_due" VALUES(40,'proposal','a520e7c6adddb48e22aeda1bc0fa183d');
INSERT INTO "memory_due" VALUES(41,'proposal','a520e7c6adddb48e22aeda1bc0fa183d');
INSERT INTO "memory_due" VALUES(42,'proposal','a520e7c6adddb48e22aeda1bc0fa183d');
INSERT INTO "memory_due" VALUES(43,'proposal','a520e7c6adddb48e22aeda1bc0fa183d');
INSERT INTO "memory_due" VALUES(44,'proposal','1e03afc517639fd82a27ac6833dbf1df');
INSERT INTO "memory_due" VALUES(45,'proposal','9bbf137a03f138d7c07b7d04e6c68b6c');
INSERT INTO "memory_due" VALUES(46,'proposal','9bbf137a03f138d7c07b7d04e6c68b6c');
INSERT INTO "memory_due" VALUES(47,'proposal','9bbf137a03f138d7c07b7d04e6c68b6c');
INSERT INTO "memory_due" VALUES(48,'proposal','9bbf137a03f138d7c07b7d04e6c68b6c');
INSERT INTO "memory_due" VALUES(49,'proposal','5f5ed238d84f79b463f6269e4d64569e');
INSERT INTO "memory_due" VALUES(50,'proposal','416c6c479775c775a2ff95265865dbfb');
INSERT INTO "memory_due" VALUES(51,'proposal','416c6c479775c775a2ff95265865dbfb');
INSERT INTO "memory_due" VALUES(52,'proposal','416c6c479775c775a2ff95265865dbfb');
INSERT INTO "memory_due" VALUES(53,'proposal','416c6c479775c775a2ff95265865dbfb');
INSERT INTO "memory_due" VALUES(54,'proposal','774b7a517deaa09dbf0b38945a66e81c');
INSERT INTO "memory_due" VALUES(55,'proposal','774b7a517deaa09dbf0b38945a66e81c');
INSERT INTO "memory_due" VALUES(56,'proposal','d75b43eb71117b309bb43fb96968906d');
INSERT INTO "memory_due" VALUES(57,'proposal','d75b43eb71117b309bb43fb96968906d');
INSERT INTO "memory_due" VALUES(58,'proposal','d75b43eb71117b309bb43fb96968906d');
INSERT INTO "memory_due" VALUES(59,'proposal','d75b43eb71117b309bb43fb96968906d');
INSERT INTO "memory_due" VALUES(60,'proposal','33bb5d4f49cef9d7e0d09d138ad343f6');
INSERT INTO "memory_due" VALUES(61,'proposal','33bb5d4f49cef9d7e0d09d138ad343f6');
INSERT INTO "memory_due" VALUES(62,'proposal','33bb5d4f49cef9d7e0d09d138ad343f6');
INSERT INTO "memory_due" VALUES(63,'proposal','33bb5d4f49cef9d7e0d09d138ad343f6');
INSERT INTO "memory_due" VALUES(64,'proposal','cd9b86dea2fd6621cf4e014a513b69bb');
INSERT INTO "memory_due" VALUES(65,'proposal','cd9b86dea2fd6621cf4e014a513b69bb');
INSERT INTO "memory_due" VALUES(66,'proposal','cd9b86dea2fd6621cf4e014a513b69bb');
INSERT INTO "memory_due" VALUES(67,'proposal','cd9b86dea2fd6621cf4e014a513b69bb');
INSERT INTO "memory_due" VALUES(68,'proposal','ac36001984776d75262f517a6eb259ea');
INSERT INTO "memory_due" VALUES(69,'proposal','ac36001984776d75262f517a6eb259ea');
INSERT INTO "memory_due" VALUES(70,'proposal','ac36001984776d75262f517a6eb259ea');
INSERT INTO "memory_due" VALUES(71,'proposal','ac36001984776d75262f517a6eb259ea');
INSERT INTO "memory_due" VALUES(72,'proposal','7debb4a6c8934fba457b380b155a22ac');
INSERT INTO "memory_due" VALUES(73,'proposal','7debb4a6c8934fba457b380b155a22ac');
INSERT INTO "memory_due" VALUES(74,'proposal','7debb4a6c8934fba457b380b155a22ac');
INSERT INTO "memory_due" VALUES(75,'proposal','11775af72076e581bab4b9e5f4e3774c');
INSERT INTO "memory_due" VALUES(76,'proposal','11775af72076e581bab4b9e5f4e3774c');
INSERT INTO "memory_due" VALUES(77,'proposal','11775af72076e581bab4b9e5f4e3774c');
INSERT INTO "memory_due" VALUES(78,'proposal','12e9a70d688943217a09b814ac0ad646');
INSERT INTO "memory_due" VALUES(79,'proposal','12e9a70d688943217a09b814ac0ad646');
INSERT INTO "memory_due" VALUES(80,'proposal','7b91cde42ca39b8b116994505c36256a');
INSERT INTO "memory_due" VALUES(81,'proposal','7b91cde42ca39b8b116994505c36256a');
INSERT INTO "memory_due" VALUES(82,'proposal','173d6b2f307f6723e77667def6efd409');
INSERT INTO "memory_due" VALUES(83,'proposal','173d6b2f307f6723e77667def6efd409');
INSERT INTO "memory_due" VALUES(84,'proposal','ce17aaebeb9adb43d058edfd3d33abd9');
INSERT INTO "memory_due" VALUES(85,'proposal','ce17aaebeb9adb43d058edfd3d33abd9');
CREATE TABLE memory_forgotten (
	kind VARCHAR NOT NULL, 
	id VARCHAR NOT NULL, 
	account_id VARCHAR NOT NULL, 
	at DATETIME NOT NULL, 
	"by" VARCHAR NOT NULL, 
	CONSTRAINT pk_memory_forgotten PRIMARY KEY (kind, id)
);
CREATE TABLE memory_passage (
	number INTEGER NOT NULL, 
	id VARCHAR NOT NULL, 
	seq INTEGER NOT NULL, 
	account_id VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	record_id VARCHAR NOT NULL, 
	deal_id VARCHAR, 
	contact_id VARCHAR, 
	author VARCHAR NOT NULL, 
	title TEXT NOT NULL, 
	text TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	digest VARCHAR NOT NULL, 
	gone BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_memory_passage PRIMARY KEY (number), 
	CONSTRAINT uq_memory_passage_id UNIQUE (id), 
	CONSTRAINT uq_memory_passage_seq UNIQUE (seq)
);
PRAGMA writable_schema=ON;
INSERT INTO sqlite_master(type,name,tbl_name,rootpage,sql)VALUES('table','memory_text','memory_text',0,'CREATE VIRTUAL TABLE memory_text USING fts5(account_id, title, text, content=''memory_passage'', content_rowid=''number'',
        tokenize=''porter unicode61 remove_diacritics 2'')');
CREATE TABLE 'memory_text_config'(k PRIMARY KEY, v) WITHOUT ROWID;
INSERT INTO "memory_text_config" VALUES('version',4);
CREATE TABLE 'memory_text_data'(id INTEGER PRIMARY KEY, block BLOB);
INSERT INTO "memory_text_data" VALUES(1,X'');
INSERT INTO "memory_text_data" VALUES(10,X'00000000000000');
CREATE TABLE 'memory_text_docsize'(id INTEGER PRIMARY KEY, sz BLOB);
CREATE TABLE 'memory_text_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID;
CREATE TABLE message (
	seq INTEGER NOT NULL, 
	id VARCHAR NOT NULL, 
	dedupe_key VARCHAR NOT NULL, 
	person_id VARCHAR NOT NULL, 
	brief_id VARCHAR, 
	part VARCHAR NOT NULL, 
	thread_of VARCHAR, 
	state VARCHAR NOT NULL, 
	channel VARCHAR, 
	ts VARCHAR, 
	created_at DATETIME NOT NULL, body TEXT, sending_at DATETIME, fingerprint VARCHAR, 
	CONSTRAINT pk_message PRIMARY KEY (seq), 
	CONSTRAINT fk_message_thread_of FOREIGN KEY(thread_of) REFERENCES message (id), 
	CONSTRAINT uq_message_dedupe_key UNIQUE (dedupe_key), 
	CONSTRAINT uq_message_id UNIQUE (id)
);
CREATE TABLE model_answer (
	call_id VARCHAR NOT NULL, 
	question VARCHAR NOT NULL, 
	account_id VARCHAR NOT NULL, 
	trace VARCHAR NOT NULL, 
	with_tools BOOLEAN NOT NULL, 
	body TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_model_answer PRIMARY KEY (call_id)
);
CREATE TABLE model_call (
	number INTEGER NOT NULL, 
	id VARCHAR NOT NULL, 
	trace VARCHAR NOT NULL, 
	owner_id VARCHAR NOT NULL, 
	account_id VARCHAR NOT NULL, 
	agent VARCHAR NOT NULL, 
	model VARCHAR NOT NULL, 
	question VARCHAR NOT NULL, 
	prompt VARCHAR NOT NULL, 
	at DATETIME NOT NULL, 
	state VARCHAR NOT NULL, 
	problem VARCHAR NOT NULL, 
	attempts INTEGER DEFAULT 0 NOT NULL, 
	milliseconds INTEGER DEFAULT 0 NOT NULL, 
	plain INTEGER DEFAULT 0 NOT NULL, 
	written INTEGER DEFAULT 0 NOT NULL, 
	read INTEGER DEFAULT 0 NOT NULL, 
	output INTEGER DEFAULT 0 NOT NULL, 
	tokens INTEGER DEFAULT 0 NOT NULL, 
	usd FLOAT DEFAULT 0 NOT NULL, 
	batch VARCHAR, 
	CONSTRAINT pk_model_call PRIMARY KEY (number), 
	CONSTRAINT uq_model_call_id UNIQUE (id)
);
CREATE TABLE outcome (
	proposal_id VARCHAR NOT NULL, 
	account_id VARCHAR NOT NULL, 
	movement VARCHAR NOT NULL, 
	record_id VARCHAR NOT NULL, 
	since DATETIME NOT NULL, 
	until DATETIME NOT NULL, 
	verdict VARCHAR, 
	score FLOAT, 
	because TEXT, 
	evidence TEXT DEFAULT '[]' NOT NULL, 
	measured_at DATETIME, 
	CONSTRAINT pk_outcome PRIMARY KEY (proposal_id)
);
CREATE TABLE person (
	id VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	email_key VARCHAR NOT NULL, 
	active BOOLEAN NOT NULL, 
	manager_id VARCHAR, 
	body TEXT NOT NULL, 
	CONSTRAINT pk_person PRIMARY KEY (id)
);
INSERT INTO "person" VALUES('4150868000000100001','Ada Admin','ada@example.com',1,NULL,'{"id":"4150868000000100001","name":"Ada Admin","email":"ada@example.com","timezone":"UTC","role":"admin","manager_id":null,"active":true,"working_days":[0,1,2,3,4]}');
INSERT INTO "person" VALUES('4150868000000100002','Mia Lind','mia@example.com',1,NULL,'{"id":"4150868000000100002","name":"Mia Lind","email":"mia@example.com","timezone":"Europe/Berlin","role":"manager","manager_id":null,"active":true,"working_days":[0,1,2,3,4]}');
INSERT INTO "person" VALUES('4150868000000100003','Anna Berg','anna@example.com',1,'4150868000000100002','{"id":"4150868000000100003","name":"Anna Berg","email":"anna@example.com","timezone":"Europe/Berlin","role":"owner","manager_id":"4150868000000100002","active":true,"working_days":[0,1,2,3,4]}');
INSERT INTO "person" VALUES('4150868000000100004','Bob Chan','bob@example.com',1,'4150868000000100002','{"id":"4150868000000100004","name":"Bob Chan","email":"bob@example.com","timezone":"Asia/Tokyo","role":"owner","manager_id":"4150868000000100002","active":true,"working_days":[0,1,2,3,4]}');
INSERT INTO "person" VALUES('4150868000000100005','Cora Diaz','cora@example.com',1,NULL,'{"id":"4150868000000100005","name":"Cora Diaz","email":"cora@example.com","timezone":"America/New_York","role":"owner","manager_id":null,"active":true,"working_days":[0,1,2,3,4]}');
CREATE TABLE proposal (
	seq INTEGER NOT NULL, 
	id VARCHAR NOT NULL, 
	lineage VARCHAR NOT NULL, 
	version INTEGER NOT NULL, 
	brief_id VARCHAR, 
	owner_id VARCHAR NOT NULL, 
	account_id VARCHAR NOT NULL, 
	account_name VARCHAR NOT NULL, 
	"key" VARCHAR NOT NULL, 
	recommendation TEXT NOT NULL, 
	write TEXT NOT NULL, 
	digest VARCHAR NOT NULL, 
	state VARCHAR NOT NULL, 
	created_at DATETIME NOT NULL, 
	expires_at DATETIME NOT NULL, 
	decided_by VARCHAR, 
	decided_at DATETIME, 
	reason TEXT, 
	attempt INTEGER NOT NULL, 
	run INTEGER NOT NULL, 
	sent_at DATETIME, 
	crm_id VARCHAR, 
	error TEXT, basis TEXT DEFAULT '[]' NOT NULL, drifted TEXT DEFAULT '[]' NOT NULL, amount FLOAT DEFAULT 0 NOT NULL, needs_second BOOLEAN DEFAULT 0 NOT NULL, endorsed_by VARCHAR, endorsed_at DATETIME, undoes VARCHAR, undo_id VARCHAR, reminded_at DATETIME, offered_to VARCHAR, crm_modified_at DATETIME, done_at DATETIME, parked_at DATETIME, shown BOOLEAN DEFAULT 1 NOT NULL, snoozed_until DATETIME, 
	CONSTRAINT pk_proposal PRIMARY KEY (seq), 
	CONSTRAINT uq_proposal_id UNIQUE (id)
);
INSERT INTO "proposal" VALUES(1,'8db9bcd640d57f3383192994d3f1a505','8db9bcd640d57f3383192994d3f1a505',1,NULL,'4150868000000100003','4150868000002000001','Acme Robotics','0b7023bc','{"key":"0b7023bc","action":"follow_up","title":"Call them","rationale":"It is quiet.","risk":"high","signals":["no_activity"],"evidence":[],"confidence":{"score":0.8,"level":"high","because":"Two fields agree."},"write":{"tool":"zoho_add_note","parent_kind":"account","parent_id":"4150868000002000001","parent_name":"Acme Robotics","title":"What moved","text":"Long ago."},"draft_email":null}','{"tool":"zoho_add_note","parent_kind":"account","parent_id":"4150868000002000001","parent_name":"Acme Robotics","title":"What moved","text":"Long ago."}','e179ce5893ccac4dc6e237040877db0a6c03aad42130a16ce3bb57b4d93dc708','done','2026-03-24 07:30:00.000000','2026-03-27 07:30:00.000000','4150868000000100003','2026-03-24 07:30:00.000000',NULL,1,0,'2026-03-24 07:30:00.000000','9100000000000000001',NULL,'[]','[]',0.0,0,NULL,NULL,NULL,NULL,NULL,NULL,'2026-03-24 07:30:00.000000','2026-03-24 07:30:00.000000',NULL,0,NULL);
INSERT INTO "proposal" VALUES(2,'06d2270e334bdbf5187bab7fad5a38cd','06d2270e334bdbf5187bab7fad5a38cd',1,NULL,'4150868000000100003','4150868000002000001','Acme Robotics','0ff845f9','{"key":"0ff845f9","action":"follow_up","title":"Call them","rationale":"It is quiet.","risk":"high","signals":["no_activity"],"evidence":[],"confidence":{"score":0.8,"level":"high","because":"Two fields agree."},"write":{"tool":"zoho_create_task","parent_kind":"account","parent_id":"4150868000002000001","parent_name":"Acme Robotics","subject":"Call them back","description":"It has been quiet.","due":"2026-03-27","priority":"Normal","assignee_id":"4150868000000100003","assignee_name":"Anna Berg"},"draft_email":null}','{"tool":"zoho_create_task","parent_kind":"account","parent_id":"4150868000002000001","parent_name":"Acme Robotics","subject":"Call them back","description":"It has been quiet.","due":"2026-03-27","priority":"Normal","assignee_id":"4150868000000100003","assignee_name":"Anna Berg"}','541e362b3678923c7c849ec7d32a80290d428de1b93cdf3e05467ebaf7217b93','pending','2026-03-24 07:50:00.000000','2026-03-27 07:50:00.000000',NULL,NULL,NULL,0,0,NULL,NULL,NULL,'[]','[]',0.0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1,NULL);
INSERT INTO "proposal" VALUES(3,'b97918fae083f9055034eb06ec2e73d4','b97918fae083f9055034eb06ec2e73d4',1,NULL,'4150868000000100003','4150868000002000001','Acme Robotics','b97a08c0','{"key":"b97a08c0","action":"follow_up","title":"Call them","rationale":"It is quiet.","risk":"high","signals":["no_activity"],"evidence":[],"confidence":{"score":0.8,"level":"high","because":"Two fields agree."},"write":{"tool":"zoho_add_note","parent_kind":"account","parent_id":"4150868000002000001","parent_name":"Acme Robotics","title":"What moved","text":"It moved a little."},"draft_email":null}','{"tool":"zoho_add_note","parent_kind":"account","parent_id":"4150868000002000001","parent_name":"Acme Robotics","title":"What moved","text":"It moved a little."}','754327eb9e4607b3c87ad4991d24e87cde8bdedcb05a13668848a3468908519e','pending','2026-03-24 07:50:00.000000','2026-03-27 07:50:00.000000',NULL,NULL,NULL,0,0,NULL,NULL,NULL,'[]','[]',0.0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1,NULL);
INSERT INTO "proposal" VALUES(4,'de555297e6f648ee38127eb396198c76','de555297e6f648ee38127eb396198c76',1,NULL,'4150868000000100003','4150868000002000004','Cedar Health','55930605','{"key":"55930605","action":"follow_up","title":"Call them","rationale":"It is quiet.","risk":"high","signals":["no_activity"],"evidence":[],"confidence":{"score":0.8,"level":"high","because":"Two fields agree."},"write":{"tool":"zoho_update_account","account_id":"4150868000002000004","account_name":"Cedar Health","changes":[{"field":"account_type","before":"Prospect","after":"Customer"}],"unless_modified_since":"2026-03-24T07:00:00Z"},"draft_email":null}','{"tool":"zoho_update_account","account_id":"4150868000002000004","account_name":"Cedar Health","changes":[{"field":"account_type","before":"Prospect","after":"Customer"}],"unless_modified_since":"2026-03-24T07:00:00Z"}','30f4d43b29197df8d7d002fb706c9b2e1e42dc4b866e5f196e7a3ee70da0c06e','pending','2026-03-24 07:50:00.000000','2026-03-27 07:50:00.000000',NULL,NULL,NULL,0,0,NULL,NULL,NULL,'[{"kind":"account","record_id":"4150868000002000004","field":"account_type","value":"Prospect"}]','[]',0.0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1,NULL);
INSERT INTO "proposal" VALUES(5,'6c20ec51c578182c1e1b74e5fe1346c5','6c20ec51c578182c1e1b74e5fe1346c5',1,NULL,'4150868000000100003','4150868000002000004','Cedar Health','88f850dd','{"key":"88f850dd","action":"follow_up","title":"Call them","rationale":"It is quiet.","risk":"high","signals":["no_activity"],"evidence":[],"confidence":{"score":0.8,"level":"high","because":"Two fields agree."},"write":{"tool":"zoho_update_account","account_id":"4150868000002000004","account_name":"Cedar Health","changes":[{"field":"rating","before":null,"after":"Active"}],"unless_modified_since":"2026-03-24T07:00:00Z"},"draft_email":null}','{"tool":"zoho_update_account","account_id":"4150868000002000004","account_name":"Cedar Health","changes":[{"field":"rating","before":null,"after":"Active"}],"unless_modified_since":"2026-03-24T07:00:00Z"}','b265fe620c0238a61086093d6ebde1b23e16f2eee5616c817587f97a2601d3f9','pending','2026-03-24 07:50:00.000000','2026-03-27 07:50:00.000000',NULL,NULL,NULL,0,0,NULL,NULL,NULL,'[{"kind":"account","record_id":"4150868000002000004","field":"rating","value":null}]','[]',9.0,0,'4150868000000100003','2026-03-24 07:50:00.000000',NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL);
INSERT INTO "proposal" VALUES(6,'9d312217e2bb4f44ec0ff01bc399c2eb','9d312217e2bb4f44ec0ff01bc399c2eb',1,NULL,'4150868000000100003','4150868000002000001','Acme Robotics','d9848db3','{"key":"d9848db3","action":"follow_up","title":"Call them","rationale":"It is quiet.","risk":"high","signals":["no_activity"],"evidence":[],"confidence":{"score":0.8,"level":"high","because":"Two fields agree."},"write":{"tool":"zoho_create_task","parent_kind":"account","parent_id":"4150868000002000001","parent_name":"Acme Robotics","subject":"Write to them","description":"It has been quiet.","due":"2026-03-27","priority":"Normal","assignee_id":"4150868000000100003","assignee_name":"Anna Berg"},"draft_email":null}','{"tool":"zoho_create_task","parent_kind":"account","parent_id":"4150868000002000001","parent_name":"Acme Robotics","subject":"Write to them","description":"It has been quiet.","due":"2026-03-27","priority":"Normal","assignee_id":"4150868000000100003","assignee_name":"Anna Berg"}','c61a68cb76b191e65e02d57f9a3b4ef78bd902a936fff857a54595af1e0aeb4f','superseded','2026-03-24 07:50:00.000000','2026-03-27 07:50:00.000000','4150868000000100003','2026-03-24 07:50:00.000000',NULL,0,0,NULL,NULL,NULL,'[]','[]',0.0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL);
INSERT INTO "proposal" VALUES(7,'cc646d0645e016b8deb745672f2fc1d3','9d312217e2bb4f44ec0ff01bc399c2eb',2,NULL,'4150868000000100003','4150868000002000001','Acme Robotics','d9848db3','{"key":"d9848db3","action":"follow_up","title":"Call them","rationale":"It is quiet.","risk":"high","signals":["no_activity"],"evidence":[],"confidence":{"score":0.8,"level":"high","because":"Two fields agree."},"write":{"tool":"zoho_create_task","parent_kind":"account","parent_id":"4150868000002000001","parent_name":"Acme Robotics","subject":"Write to them","description":"It has been quiet.","due":"2026-03-27","priority":"Normal","assignee_id":"4150868000000100003","assignee_name":"Anna Berg"},"draft_email":null}','{"tool":"zoho_create_task","parent_kind":"account","parent_id":"4150868000002000001","parent_name":"Acme Robotics","subject":"Ring them","description":"It has been quiet.","due":"2026-03-27","priority":"Normal","assignee_id":"4150868000000100003","assignee_name":"Anna Berg"}','b655ce6f40c2ff4abf8595a4abfbd01979a19e1cddbc26e93812ea72233ff16f','pending','2026-03-24 07:50:00.000000','2026-03-27 07:50:00.000000',NULL,NULL,NULL,0,0,NULL,NULL,NULL,'[]','[]',0.0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1,NULL);
INSERT INTO "proposal" VALUES(8,'af78e6baf114f3f3e15cd5d67ea170de','af78e6baf114f3f3e15cd5d67ea170de',1,NULL,'4150868000000100003','4150868000002000001','Acme Robotics','9187a6e1','{"key":"9187a6e1","action":"follow_up","title":"Call them","rationale":"It is quiet.","risk":"high","signals":["no_activity"],"evidence":[],"confidence":{"score":0.8,"level":"high","because":"Two fields agree."},"write":{"tool":"zoho_add_note","parent_kind":"account","parent_id":"4150868000002000001","parent_name":"Acme Robotics","title":"What moved","text":"Not that."},"draft_email":null}','{"tool":"zoho_add_note","parent_kind":"account","parent_id":"4150868000002000001","parent_name":"Acme Robotics","title":"What moved","text":"Not that."}','69c99a6d5404ac8df6b7526d730e4a89cd29751dc44548a8e8437adaa24c2619','rejected','2026-03-24 07:50:00.000000','2026-03-27 07:50:00.000000','4150868000000100003','2026-03-24 07:50:00.000000','Known already',0,0,NULL,NULL,NULL,'[]','[]',0.0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL);
INSERT INTO "proposal" VALUES(9,'c291c98e20294547107a3c9d97577477','c291c98e20294547107a3c9d97577477',1,NULL,'4150868000000100003','4150868000002000001','Acme Robotics','78c7fcd8','{"key":"78c7fcd8","action":"follow_up","title":"Call them","rationale":"It is quiet.","risk":"high","signals":["no_activity"],"evidence":[],"confidence":{"score":0.8,"level":"high","because":"Two fields agree."},"write":{"tool":"zoho_create_task","parent_kind":"account","parent_id":"4150868000002000001","parent_name":"Acme Robotics","subject":"Ask again","description":"It has been quiet.","due":"2026-03-27","priority":"Normal","assignee_id":"4150868000000100003","assignee_name":"Anna Berg"},"draft_email":null}','{"tool":"zoho_create_task","parent_kind":"account","parent_id":"4150868000002000001","parent_name":"Acme Robotics","subject":"Ask again","description":"It has been quiet.","due":"2026-03-27","priority":"Normal","assignee_id":"4150868000000100003","assignee_name":"Anna Berg"}','ab6fd24ff28e74680afdca1c03c5f1c03469ab7575a372382511af42f824cfd0','snoozed','2026-03-24 07:50:00.000000','2026-03-29 22:00:00.000000','4150868000000100003','2026-03-24 07:50:00.000000',NULL,0,0,NULL,NULL,NULL,'[]','[]',0.0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,'2026-03-26 23:00:00.000000');
INSERT INTO "proposal" VALUES(10,'75283875464c7b1d87fef09c0827f794','75283875464c7b1d87fef09c0827f794',1,NULL,'4150868000000100003','4150868000002000001','Acme Robotics','228cd6f0','{"key":"228cd6f0","action":"follow_up","title":"Call them","rationale":"It is quiet.","risk":"high","signals":["no_activity"],"evidence":[],"confidence":{"score":0.8,"level":"high","because":"Two fields agree."},"write":{"tool":"zoho_create_task","parent_kind":"account","parent_id":"4150868000002000001","parent_name":"Acme Robotics","subject":"Done task","description":"It has been quiet.","due":"2026-03-27","priority":"Normal","assignee_id":"4150868000000100003","assignee_name":"Anna Berg"},"draft_email":null}','{"tool":"zoho_create_task","parent_kind":"account","parent_id":"4150868000002000001","parent_name":"Acme Robotics","subject":"Done task","description":"It has been quiet.","due":"2026-03-27","priority":"Normal","assignee_id":"4150868000000100003","assignee_name":"Anna Berg"}','a62cb520467485d33b0446d4a0c565d3461ba7ea113e69a2ff6c9e30d742a331','done','2026-03-24 07:50:00.000000','2026-03-27 07:50:00.000000','4150868000000100003','2026-03-24 07:50:00.000000',NULL,1,0,'2026-03-24 07:50:00.000000','9100000000000000002',NULL,'[]','[]',0.0,0,NULL,NULL,NULL,NULL,NULL,NULL,'2026-03-24 07:50:00.000000','2026-03-24 07:50:00.000000',NULL,0,NULL);
INSERT INTO "proposal" VALUES(11,'13b58f00632ecc27c4ebcaf1b5fb2469','13b58f00632ecc27c4ebcaf1b5fb2469',1,NULL,'4150868000000100003','4150868000002000001','Acme Robotics','e132c369','{"key":"e132c369","action":"follow_up","title":"Call them","rationale":"It is quiet.","risk":"high","signals":["no_activity"],"evidence":[],"confidence":{"score":0.8,"level":"high","because":"Two fields agree."},"write":{"tool":"zoho_add_note","parent_kind":"account","parent_id":"4150868000002000001","parent_name":"Acme Robotics","title":"What moved","text":"Done note."},"draft_email":null}','{"tool":"zoho_add_note","parent_kind":"account","parent_id":"4150868000002000001","parent_name":"Acme Robotics","title":"What moved","text":"Done note."}','2d1886609d25309ffecc897139cc2c216f797f8e80461d88376851fde2199569','done','2026-03-24 07:50:00.000000','2026-03-27 07:50:00.000000','4150868000000100003','2026-03-24 07:50:00.000000',NULL,1,0,'2026-03-24 07:50:00.000000','9100000000000000003',NULL,'[]','[]',0.0,0,NULL,NULL,NULL,NULL,NULL,NULL,'2026-03-24 07:50:00.000000','2026-03-24 07:50:00.000000',NULL,0,NULL);
INSERT INTO "proposal" VALUES(12,'939a074843da1d272b1598dbb5bcb1d3','939a074843da1d272b1598dbb5bcb1d3',1,NULL,'4150868000000100003','4150868000002000001','Acme Robotics','87671cee','{"key":"87671cee","action":"follow_up","title":"Call them","rationale":"It is quiet.","risk":"high","signals":["no_activity"],"evidence":[],"confidence":{"score":0.8,"level":"high","because":"Two fields agree."},"write":{"tool":"zoho_update_account","account_id":"4150868000002000001","account_name":"Acme Robotics","changes":[{"field":"account_type","before":"Prospect","after":"Customer"}],"unless_modified_since":"2026-01-12T09:00:00Z"},"draft_email":null}','{"tool":"zoho_update_account","account_id":"4150868000002000001","account_name":"Acme Robotics","changes":[{"field":"account_type","before":"Prospect","after":"Customer"}],"unless_modified_since":"2026-01-12T09:00:00Z"}','23929e8aa159c5d037d193916fccac0cd70f9bb92516d5a4db246fc0a556d0da','done','2026-03-24 07:50:00.000000','2026-03-27 07:50:00.000000','4150868000000100003','2026-03-24 07:50:00.000000',NULL,1,0,'2026-03-24 07:50:00.000000','4150868000002000001',NULL,'[{"kind":"account","record_id":"4150868000002000001","field":"account_type","value":"Prospect"}]','[]',0.0,0,NULL,NULL,NULL,NULL,NULL,NULL,'2026-03-24 07:50:00.000000','2026-03-24 07:50:00.000000',NULL,0,NULL);
INSERT INTO "proposal" VALUES(13,'1e03afc517639fd82a27ac6833dbf1df','1e03afc517639fd82a27ac6833dbf1df',1,NULL,'4150868000000100003','4150868000002000001','Acme Robotics','3aee8736','{"key":"3aee8736","action":"follow_up","title":"Call them","rationale":"It is quiet.","risk":"high","signals":["no_activity"],"evidence":[],"confidence":{"score":0.8,"level":"high","because":"Two fields agree."},"write":{"tool":"zoho_create_task","parent_kind":"account","parent_id":"4150868000002000001","parent_name":"Acme Robotics","subject":"Undone task","description":"It has been quiet.","due":"2026-03-27","priority":"Normal","assignee_id":"4150868000000100003","assignee_name":"Anna Berg"},"draft_email":null}','{"tool":"zoho_create_task","parent_kind":"account","parent_id":"4150868000002000001","parent_name":"Acme Robotics","subject":"Undone task","description":"It has been quiet.","due":"2026-03-27","priority":"Normal","assignee_id":"4150868000000100003","assignee_name":"Anna Berg"}','fa4dcd94ef55b0ddf0f784e9254c49081b023145ec27ec76e830f3c797fd8c56','undone','2026-03-24 07:50:00.000000','2026-03-27 07:50:00.000000','4150868000000100003','2026-03-24 07:50:00.000000',NULL,1,0,'2026-03-24 07:50:00.000000','9100000000000000004',NULL,'[]','[]',0.0,0,NULL,NULL,NULL,'a520e7c6adddb48e22aeda1bc0fa183d',NULL,NULL,'2026-03-24 07:50:00.000000','2026-03-24 07:50:00.000000',NULL,0,NULL);
INSERT INTO "proposal" VALUES(14,'a520e7c6adddb48e22aeda1bc0fa183d','a520e7c6adddb48e22aeda1bc0fa183d',1,NULL,'4150868000000100003','4150868000002000001','Acme Robotics','undo:1e03afc517639fd82a27ac6833dbf1df','{"key":"undo:1e03afc517639fd82a27ac6833dbf1df","action":"follow_up","title":"Undo: Call them","rationale":"It is quiet.","risk":"high","signals":["no_activity"],"evidence":[],"confidence":{"score":0.8,"level":"high","because":"Two fields agree."},"write":{"tool":"remove_record","parent_kind":"account","parent_id":"4150868000002000001","parent_name":"Acme Robotics","record":"task","record_id":"9100000000000000004","title":"Undone task","unless_modified_since":"2026-03-24T07:50:00Z"},"draft_email":null}','{"tool":"remove_record","parent_kind":"account","parent_id":"4150868000002000001","parent_name":"Acme Robotics","record":"task","record_id":"9100000000000000004","title":"Undone task","unless_modified_since":"2026-03-24T07:50:00Z"}','4f3de252136f83ff8cf5fe6654adf9d72916d291e22c61aa671c0605359a08a5','done','2026-03-24 07:50:00.000000','2026-03-24 08:05:00.000000','4150868000000100003','2026-03-24 07:50:00.000000',NULL,1,0,'2026-03-24 07:50:00.000000','9100000000000000004',NULL,'[]','[]',0.0,0,NULL,NULL,'1e03afc517639fd82a27ac6833dbf1df',NULL,NULL,NULL,NULL,'2026-03-24 07:50:00.000000',NULL,0,NULL);
INSERT INTO "proposal" VALUES(15,'9bbf137a03f138d7c07b7d04e6c68b6c','9bbf137a03f138d7c07b7d04e6c68b6c',1,NULL,'4150868000000100003','4150868000002000001','Acme Robotics','2529e6e0','{"key":"2529e6e0","action":"follow_up","title":"Call them","rationale":"It is quiet.","risk":"high","signals":["no_activity"],"evidence":[],"confidence":{"score":0.8,"level":"high","because":"Two fields agree."},"write":{"tool":"zoho_add_note","parent_kind":"account","parent_id":"4150868000002000001","parent_name":"Acme Robotics","title":"What moved","text":"To be undone."},"draft_email":null}','{"tool":"zoho_add_note","parent_kind":"account","parent_id":"4150868000002000001","parent_name":"Acme Robotics","title":"What moved","text":"To be undone."}','3e51c753adf7237ba682f85dd5cea54b9866d3f90588df76c15dedb249d876d5','done','2026-03-24 07:50:00.000000','2026-03-27 07:50:00.000000','4150868000000100003','2026-03-24 07:50:00.000000',NULL,1,0,'2026-03-24 07:50:00.000000','9100000000000000005',NULL,'[]','[]',0.0,0,NULL,NULL,NULL,'5f5ed238d84f79b463f6269e4d64569e',NULL,NULL,'2026-03-24 07:50:00.000000','2026-03-24 07:50:00.000000',NULL,0,NULL);
INSERT INTO "proposal" VALUES(16,'5f5ed238d84f79b463f6269e4d64569e','5f5ed238d84f79b463f6269e4d64569e',1,NULL,'4150868000000100003','4150868000002000001','Acme Robotics','undo:9bbf137a03f138d7c07b7d04e6c68b6c','{"key":"undo:9bbf137a03f138d7c07b7d04e6c68b6c","action":"follow_up","title":"Undo: Call them","rationale":"It is quiet.","risk":"high","signals":["no_activity"],"evidence":[],"confidence":{"score":0.8,"level":"high","because":"Two fields agree."},"write":{"tool":"remove_record","parent_kind":"account","parent_id":"4150868000002000001","parent_name":"Acme Robotics","record":"note","record_id":"9100000000000000005","title":"What moved","unless_modified_since":"2026-03-24T07:50:00Z"},"draft_email":null}','{"tool":"remove_record","parent_kind":"account","parent_id":"4150868000002000001","parent_name":"Acme Robotics","record":"note","record_id":"9100000000000000005","title":"What moved","unless_modified_since":"2026-03-24T07:50:00Z"}','0715635e63e2a00e9da9596a8ddf94c2d3aa2a3a24085ea12658a5f201089b0a','pending','2026-03-24 07:50:00.000000','2026-03-24 08:05:00.000000',NULL,NULL,NULL,0,0,NULL,NULL,NULL,'[]','[]',0.0,0,NULL,NULL,'9bbf137a03f138d7c07b7d04e6c68b6c',NULL,NULL,NULL,NULL,NULL,NULL,1,NULL);
INSERT INTO "proposal" VALUES(17,'416c6c479775c775a2ff95265865dbfb','416c6c479775c775a2ff95265865dbfb',1,NULL,'4150868000000100003','4150868000002000001','Acme Robotics','fa97b198','{"key":"fa97b198","action":"follow_up","title":"Call them","rationale":"It is quiet.","risk":"high","signals":["no_activity"],"evidence":[],"confidence":{"score":0.8,"level":"high","because":"Two fields agree."},"write":{"tool":"zoho_create_task","parent_kind":"account","parent_id":"4150868000002000001","parent_name":"Acme Robotics","subject":"Undo approved","description":"It has been quiet.","due":"2026-03-27","priority":"Normal","assignee_id":"4150868000000100003","assignee_name":"Anna Berg"},"draft_email":null}','{"tool":"zoho_create_task","parent_kind":"account","parent_id":"4150868000002000001","parent_name":"Acme Robotics","subject":"Undo approved","description":"It has been quiet.","due":"2026-03-27","priority":"Normal","assignee_id":"4150868000000100003","assignee_name":"Anna Berg"}','49e1447425553a97036b0b59b1a265434e40ffcd1497b03012d62c60430ffdad','done','2026-03-24 07:50:00.000000','2026-03-27 07:50:00.000000','4150868000000100003','2026-03-24 07:50:00.000000',NULL,1,0,'2026-03-24 07:50:00.000000','9100000000000000006',NULL,'[]','[]',0.0,0,NULL,NULL,NULL,'774b7a517deaa09dbf0b38945a66e81c',NULL,NULL,'2026-03-24 07:50:00.000000','2026-03-24 07:50:00.000000',NULL,0,NULL);
INSERT INTO "proposal" VALUES(18,'774b7a517deaa09dbf0b38945a66e81c','774b7a517deaa09dbf0b38945a66e81c',1,NULL,'4150868000000100003','4150868000002000001','Acme Robotics','undo:416c6c479775c775a2ff95265865dbfb','{"key":"undo:416c6c479775c775a2ff95265865dbfb","action":"follow_up","title":"Undo: Call them","rationale":"It is quiet.","risk":"high","signals":["no_activity"],"evidence":[],"confidence":{"score":0.8,"level":"high","because":"Two fields agree."},"write":{"tool":"remove_record","parent_kind":"account","parent_id":"4150868000002000001","parent_name":"Acme Robotics","record":"task","record_id":"9100000000000000006","title":"Undo approved","unless_modified_since":"2026-03-24T07:50:00Z"},"draft_email":null}','{"tool":"remove_record","parent_kind":"account","parent_id":"4150868000002000001","parent_name":"Acme Robotics","record":"task","record_id":"9100000000000000006","title":"Undo approved","unless_modified_since":"2026-03-24T07:50:00Z"}','db157c13f4ba929498264bb2cc25d2bb4efa7148b9d54608f55ebea5a8e72a7d','ready','2026-03-24 07:50:00.000000','2026-03-24 08:05:00.000000','4150868000000100003','2026-03-24 07:50:00.000000',NULL,0,0,NULL,NULL,NULL,'[]','[]',0.0,0,NULL,NULL,'416c6c479775c775a2ff95265865dbfb',NULL,NULL,NULL,NULL,NULL,NULL,0,NULL);
INSERT INTO "proposal" VALUES(19,'d75b43eb71117b309bb43fb96968906d','d75b43eb71117b309bb43fb96968906d',1,NULL,'4150868000000100003','4150868000002000001','Acme Robotics','0f51dff3','{"key":"0f51dff3","action":"follow_up","title":"Call them","rationale":"It is quiet.","risk":"high","signals":["no_activity"],"evidence":[],"confidence":{"score":0.8,"level":"high","because":"Two fields agree."},"write":{"tool":"zoho_create_task","parent_kind":"account","parent_id":"4150868000002000001","parent_name":"Acme Robotics","subject":"Refused","description":"It has been quiet.","due":"2026-03-27","priority":"Normal","assignee_id":"4150868000000100003","assignee_name":"Anna Berg"},"draft_email":null}','{"tool":"zoho_create_task","parent_kind":"account","parent_id":"4150868000002000001","parent_name":"Acme Robotics","subject":"Refused","description":"It has been quiet.","due":"2026-03-27","priority":"Normal","assignee_id":"4150868000000100003","assignee_name":"Anna Berg"}','1d538ef4472a40a597571c38b092a959346ff800b0e2ffa342c20650ff3506cf','dead','2026-03-24 07:50:00.000000','2026-03-27 07:50:00.000000','4150868000000100003','2026-03-24 07:50:00.000000',NULL,1,0,'2026-03-24 07:50:00.000000',NULL,'Zoho does not accept a value that was sent. [INVALID_DATA]','[]','[]',0.0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL);
INSERT INTO "proposal" VALUES(20,'33bb5d4f49cef9d7e0d09d138ad343f6','33bb5d4f49cef9d7e0d09d138ad343f6',1,NULL,'4150868000000100003','4150868000002000001','Acme Robotics','ebfc067b','{"key":"ebfc067b","action":"follow_up","title":"Call them","rationale":"It is quiet.","risk":"high","signals":["no_activity"],"evidence":[],"confidence":{"score":0.8,"level":"high","because":"Two fields agree."},"write":{"tool":"zoho_add_note","parent_kind":"account","parent_id":"4150868000002000001","parent_name":"Acme Robotics","title":"What moved","text":"Arrived."},"draft_email":null}','{"tool":"zoho_add_note","parent_kind":"account","parent_id":"4150868000002000001","parent_name":"Acme Robotics","title":"What moved","text":"Arrived."}','2f999e7ab371b11457a7e171a31e5b99791681be26579c1c92ef9ed7cd00a437','unknown','2026-03-24 07:50:00.000000','2026-03-27 07:50:00.000000','4150868000000100003','2026-03-24 07:50:00.000000',NULL,1,0,'2026-03-24 07:50:00.000000',NULL,'The connection to Zoho ended before it answered.','[]','[]',0.0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL);
INSERT INTO "proposal" VALUES(21,'cd9b86dea2fd6621cf4e014a513b69bb','cd9b86dea2fd6621cf4e014a513b69bb',1,NULL,'4150868000000100003','4150868000002000001','Acme Robotics','4a57afa0','{"key":"4a57afa0","action":"follow_up","title":"Call them","rationale":"It is quiet.","risk":"high","signals":["no_activity"],"evidence":[],"confidence":{"score":0.8,"level":"high","because":"Two fields agree."},"write":{"tool":"zoho_create_task","parent_kind":"account","parent_id":"4150868000002000001","parent_name":"Acme Robotics","subject":"Lost","description":"It has been quiet.","due":"2026-03-27","priority":"Normal","assignee_id":"4150868000000100003","assignee_name":"Anna Berg"},"draft_email":null}','{"tool":"zoho_create_task","parent_kind":"account","parent_id":"4150868000002000001","parent_name":"Acme Robotics","subject":"Lost","description":"It has been quiet.","due":"2026-03-27","priority":"Normal","assignee_id":"4150868000000100003","assignee_name":"Anna Berg"}','f363bf2b5066bf718d88fbd55a4d846e6eedd5c203949f67c395d8163a6857a9','unknown','2026-03-24 07:50:00.000000','2026-03-27 07:50:00.000000','4150868000000100003','2026-03-24 07:50:00.000000',NULL,1,0,'2026-03-24 07:50:00.000000',NULL,'Zoho answered with status 500, which does not tell whether it wrote.','[]','[]',0.0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL);
INSERT INTO "proposal" VALUES(22,'ac36001984776d75262f517a6eb259ea','ac36001984776d75262f517a6eb259ea',1,NULL,'4150868000000100003','4150868000002000001','Acme Robotics','59e1af48','{"key":"59e1af48","action":"follow_up","title":"Call them","rationale":"It is quiet.","risk":"high","signals":["no_activity"],"evidence":[],"confidence":{"score":0.8,"level":"high","because":"Two fields agree."},"write":{"tool":"zoho_add_note","parent_kind":"account","parent_id":"4150868000002000001","parent_name":"Acme Robotics","title":"What moved","text":"Parked."},"draft_email":null}','{"tool":"zoho_add_note","parent_kind":"account","parent_id":"4150868000002000001","parent_name":"Acme Robotics","title":"What moved","text":"Parked."}','1662ab8d48c19e7ace6d0ab2bd6ea446951d6506f956054e01f50fca98653a9d','unknown','2026-03-24 07:50:00.000000','2026-03-27 07:50:00.000000','4150868000000100003','2026-03-24 07:50:00.000000',NULL,1,0,'2026-03-24 07:50:00.000000',NULL,'The connection to Zoho ended before it answered.','[]','[]',0.0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'2026-03-24 07:50:00.000000',0,NULL);
INSERT INTO "proposal" VALUES(23,'7debb4a6c8934fba457b380b155a22ac','7debb4a6c8934fba457b380b155a22ac',1,NULL,'4150868000000100003','4150868000002000001','Acme Robotics','63811654','{"key":"63811654","action":"follow_up","title":"Call them","rationale":"It is quiet.","risk":"high","signals":["no_activity"],"evidence":[],"confidence":{"score":0.8,"level":"high","because":"Two fields agree."},"write":{"tool":"zoho_create_task","parent_kind":"account","parent_id":"4150868000002000001","parent_name":"Acme Robotics","subject":"Sent","description":"It has been quiet.","due":"2026-03-27","priority":"Normal","assignee_id":"4150868000000100003","assignee_name":"Anna Berg"},"draft_email":null}','{"tool":"zoho_create_task","parent_kind":"account","parent_id":"4150868000002000001","parent_name":"Acme Robotics","subject":"Sent","description":"It has been quiet.","due":"2026-03-27","priority":"Normal","assignee_id":"4150868000000100003","assignee_name":"Anna Berg"}','e520fed7219196ae3cad34c87bb10174b8a2cbff324fe06cfe61fca341a0ed8f','sending','2026-03-24 07:50:00.000000','2026-03-27 07:50:00.000000','4150868000000100003','2026-03-24 07:50:00.000000',NULL,1,0,'2026-03-24 07:50:00.000000',NULL,NULL,'[]','[]',0.0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL);
INSERT INTO "proposal" VALUES(24,'11775af72076e581bab4b9e5f4e3774c','11775af72076e581bab4b9e5f4e3774c',1,NULL,'4150868000000100003','4150868000002000001','Acme Robotics','d4f70b4c','{"key":"d4f70b4c","action":"follow_up","title":"Call them","rationale":"It is quiet.","risk":"high","signals":["no_activity"],"evidence":[],"confidence":{"score":0.8,"level":"high","because":"Two fields agree."},"write":{"tool":"zoho_add_note","parent_kind":"account","parent_id":"4150868000002000001","parent_name":"Acme Robotics","title":"What moved","text":"Not sent."},"draft_email":null}','{"tool":"zoho_add_note","parent_kind":"account","parent_id":"4150868000002000001","parent_name":"Acme Robotics","title":"What moved","text":"Not sent."}','fed2dffe7cfdcb18cfaa1575a19058356002a2d9a804342883a62389d412724b','sending','2026-03-24 07:50:00.000000','2026-03-27 07:50:00.000000','4150868000000100003','2026-03-24 07:50:00.000000',NULL,1,0,'2026-03-24 07:50:00.000000',NULL,NULL,'[]','[]',0.0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL);
INSERT INTO "proposal" VALUES(25,'12e9a70d688943217a09b814ac0ad646','12e9a70d688943217a09b814ac0ad646',1,NULL,'4150868000000100003','4150868000002000001','Acme Robotics','160bf07b','{"key":"160bf07b","action":"follow_up","title":"Call them","rationale":"It is quiet.","risk":"high","signals":["no_activity"],"evidence":[],"confidence":{"score":0.8,"level":"high","because":"Two fields agree."},"write":{"tool":"zoho_create_task","parent_kind":"account","parent_id":"4150868000002000001","parent_name":"Acme Robotics","subject":"Ready task","description":"It has been quiet.","due":"2026-03-27","priority":"Normal","assignee_id":"4150868000000100003","assignee_name":"Anna Berg"},"draft_email":null}','{"tool":"zoho_create_task","parent_kind":"account","parent_id":"4150868000002000001","parent_name":"Acme Robotics","subject":"Ready task","description":"It has been quiet.","due":"2026-03-27","priority":"Normal","assignee_id":"4150868000000100003","assignee_name":"Anna Berg"}','d05dafdf2da7715007e1d82dcb1cb42da9169ca90d2448ce4ad7f1f7c3a1bafe','ready','2026-03-24 07:50:00.000000','2026-03-27 07:50:00.000000','4150868000000100003','2026-03-24 07:50:00.000000',NULL,0,0,NULL,NULL,NULL,'[]','[]',0.0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL);
INSERT INTO "proposal" VALUES(26,'7b91cde42ca39b8b116994505c36256a','7b91cde42ca39b8b116994505c36256a',1,NULL,'4150868000000100003','4150868000002000001','Acme Robotics','593b57b6','{"key":"593b57b6","action":"follow_up","title":"Call them","rationale":"It is quiet.","risk":"high","signals":["no_activity"],"evidence":[],"confidence":{"score":0.8,"level":"high","because":"Two fields agree."},"write":{"tool":"zoho_add_note","parent_kind":"account","parent_id":"4150868000002000001","parent_name":"Acme Robotics","title":"What moved","text":"Ready note."},"draft_email":null}','{"tool":"zoho_add_note","parent_kind":"account","parent_id":"4150868000002000001","parent_name":"Acme Robotics","title":"What moved","text":"Ready note."}','4f52441a6beb22ca4308f5ad37ec6f5c0c0582930c7b56e2edbe439a45ad6ce4','ready','2026-03-24 07:50:00.000000','2026-03-27 07:50:00.000000','4150868000000100003','2026-03-24 07:50:00.000000',NULL,0,0,NULL,NULL,NULL,'[]','[]',0.0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL);
INSERT INTO "proposal" VALUES(27,'173d6b2f307f6723e77667def6efd409','173d6b2f307f6723e77667def6efd409',1,NULL,'4150868000000100003','4150868000002000003','Borealis Foods','412f4208','{"key":"412f4208","action":"follow_up","title":"Call them","rationale":"It is quiet.","risk":"high","signals":["no_activity"],"evidence":[],"confidence":{"score":0.8,"level":"high","because":"Two fields agree."},"write":{"tool":"zoho_update_account","account_id":"4150868000002000003","account_name":"Borealis Foods","changes":[{"field":"account_type","before":"Prospect","after":"Customer"}],"unless_modified_since":"2026-01-12T09:00:00Z"},"draft_email":null}','{"tool":"zoho_update_account","account_id":"4150868000002000003","account_name":"Borealis Foods","changes":[{"field":"account_type","before":"Prospect","after":"Customer"}],"unless_modified_since":"2026-01-12T09:00:00Z"}','d949f6fa1b45e47e3519929f5b09310234a5f008073ca08851be21d3503b20ad','ready','2026-03-24 07:50:00.000000','2026-03-27 07:50:00.000000','4150868000000100003','2026-03-24 07:50:00.000000',NULL,0,0,NULL,NULL,NULL,'[{"kind":"account","record_id":"4150868000002000003","field":"account_type","value":"Prospect"}]','[]',0.0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL);
INSERT INTO "proposal" VALUES(28,'ce17aaebeb9adb43d058edfd3d33abd9','ce17aaebeb9adb43d058edfd3d33abd9',1,NULL,'4150868000000100003','4150868000002000001','Acme Robotics','90f94a8e','{"key":"90f94a8e","action":"follow_up","title":"Call them","rationale":"It is quiet.","risk":"high","signals":["no_activity"],"evidence":[],"confidence":{"score":0.8,"level":"high","because":"Two fields agree."},"write":{"tool":"zoho_add_note","parent_kind":"account","parent_id":"4150868000002000001","parent_name":"Acme Robotics","title":"What moved","text":"Too late."},"draft_email":null}','{"tool":"zoho_add_note","parent_kind":"account","parent_id":"4150868000002000001","parent_name":"Acme Robotics","title":"What moved","text":"Too late."}','51e2d18d89d36f29d8c30cf651b69a4015bae0e3f7cec2bb7f40d8d950825f0f','expired','2026-03-24 07:50:00.000000','2026-03-27 07:50:00.000000',NULL,NULL,NULL,0,0,NULL,NULL,NULL,'[]','[]',0.0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL);
CREATE TABLE reference (
	name VARCHAR NOT NULL, 
	body TEXT NOT NULL, 
	CONSTRAINT pk_reference PRIMARY KEY (name)
);
INSERT INTO "reference" VALUES('pipeline','[{"name":"Qualification","position":0,"outcome":"open","probability":10},{"name":"Needs Analysis","position":1,"outcome":"open","probability":20},{"name":"Value Proposition","position":2,"outcome":"open","probability":40},{"name":"Proposal/Price Quote","position":3,"outcome":"open","probability":75},{"name":"Negotiation/Review","position":4,"outcome":"open","probability":90},{"name":"Closed Won","position":5,"outcome":"won","probability":100},{"name":"Closed Lost","position":6,"outcome":"lost","probability":0}]');
INSERT INTO "reference" VALUES('account_choices','{"account_type": ["Analyst", "Competitor", "Customer", "Distributor", "Integrator", "Investor", "Other", "Partner", "Press", "Prospect", "Reseller", "Supplier", "Vendor"], "rating": ["Acquired", "Active", "Market Failed", "Project Cancelled", "Shut Down"]}');
INSERT INTO "reference" VALUES('field_rules','{"zoho_create_task":{"fields":{"assignee_id":{"label":"Owner","type":"ownerlookup","length":120,"required":false,"read_only":false,"choices":[]},"subject":{"label":"Subject","type":"text","length":300,"required":true,"read_only":false,"choices":[]},"status":{"label":"Status","type":"picklist","length":120,"required":false,"read_only":false,"choices":["Not Started","Deferred","In Progress","Completed","Waiting on someone else"]},"due":{"label":"Due Date","type":"date","length":20,"required":false,"read_only":false,"choices":[]},"priority":{"label":"Priority","type":"picklist","length":120,"required":false,"read_only":false,"choices":["High","Highest","Low","Lowest","Normal"]},"description":{"label":"Description","type":"textarea","length":32000,"required":false,"read_only":false,"choices":[]}},"also_required":[]},"zoho_add_note":{"fields":{"title":{"label":"Note Title","type":"text","length":120,"required":false,"read_only":false,"choices":[]},"text":{"label":"Note Content","type":"textarea","length":65535,"required":false,"read_only":false,"choices":[]}},"also_required":[]},"zoho_update_account":{"fields":{"account_type":{"label":"Account Type","type":"picklist","length":120,"required":false,"read_only":false,"choices":["Analyst","Competitor","Customer","Distributor","Integrator","Investor","Other","Partner","Press","Prospect","Reseller","Supplier","Vendor"]},"rating":{"label":"Rating","type":"picklist","length":120,"required":false,"read_only":false,"choices":["Acquired","Active","Market Failed","Project Cancelled","Shut Down"]},"description":{"label":"Description","type":"textarea","length":32000,"required":false,"read_only":false,"choices":[]}},"also_required":[]}}');
INSERT INTO "reference" VALUES('sync_problems','[]');
CREATE TABLE snapshot (
	kind VARCHAR NOT NULL, 
	id VARCHAR NOT NULL, 
	owner_id VARCHAR NOT NULL, 
	account_id VARCHAR, 
	deal_id VARCHAR, 
	name_key VARCHAR, 
	stage VARCHAR, 
	stage_since DATETIME, 
	seen_at DATETIME NOT NULL, 
	body TEXT NOT NULL, 
	CONSTRAINT pk_snapshot PRIMARY KEY (kind, id)
);
INSERT INTO "snapshot" VALUES('account','4150868000002000001','4150868000000100003','4150868000002000001',NULL,'acme robotics',NULL,NULL,'2026-03-24 07:50:00.000000','{"id":"4150868000002000001","name":"Acme Robotics","owner_id":"4150868000000100003","created_at":"2026-01-12T09:00:00Z","modified_at":"2026-03-24T07:50:00Z","industry":null,"account_type":"Customer","rating":null,"annual_revenue":null,"description":null}');
INSERT INTO "snapshot" VALUES('account','4150868000002000002','4150868000000100003','4150868000002000002',NULL,'acme east',NULL,NULL,'2026-03-24 07:30:00.000000','{"id":"4150868000002000002","name":"Acme East","owner_id":"4150868000000100003","created_at":"2026-01-12T09:00:00Z","modified_at":"2026-01-12T09:00:00Z","industry":null,"account_type":"Prospect","rating":null,"annual_revenue":null,"description":null}');
INSERT INTO "snapshot" VALUES('account','4150868000002000003','4150868000000100003','4150868000002000003',NULL,'borealis foods',NULL,NULL,'2026-03-24 07:30:00.000000','{"id":"4150868000002000003","name":"Borealis Foods","owner_id":"4150868000000100003","created_at":"2026-01-12T09:00:00Z","modified_at":"2026-01-12T09:00:00Z","industry":null,"account_type":"Prospect","rating":null,"annual_revenue":null,"description":null}');
INSERT INTO "snapshot" VALUES('account','4150868000002000004','4150868000000100003','4150868000002000004',NULL,'cedar health',NULL,NULL,'2026-03-24 07:30:00.000000','{"id":"4150868000002000004","name":"Cedar Health","owner_id":"4150868000000100003","created_at":"2026-01-12T09:00:00Z","modified_at":"2026-03-24T07:00:00Z","industry":"Health","account_type":"Prospect","rating":null,"annual_revenue":null,"description":null}');
INSERT INTO "snapshot" VALUES('account','4150868000002000005','4150868000000100003','4150868000002000005',NULL,'delta freight',NULL,NULL,'2026-03-24 07:30:00.000000','{"id":"4150868000002000005","name":"Delta Freight","owner_id":"4150868000000100003","created_at":"2026-01-12T09:00:00Z","modified_at":"2026-01-12T09:00:00Z","industry":null,"account_type":"Prospect","rating":null,"annual_revenue":null,"description":null}');
INSERT INTO "snapshot" VALUES('account','4150868000002000006','4150868000000100003','4150868000002000006',NULL,'elm street books',NULL,NULL,'2026-03-24 07:30:00.000000','{"id":"4150868000002000006","name":"Elm Street Books","owner_id":"4150868000000100003","created_at":"2026-01-12T09:00:00Z","modified_at":"2026-01-12T09:00:00Z","industry":null,"account_type":"Prospect","rating":null,"annual_revenue":null,"description":null}');
INSERT INTO "snapshot" VALUES('account','4150868000002000007','4150868000000100003','4150868000002000007',NULL,'fjord lines',NULL,NULL,'2026-03-24 07:30:00.000000','{"id":"4150868000002000007","name":"Fjord Lines","owner_id":"4150868000000100003","created_at":"2026-01-12T09:00:00Z","modified_at":"2026-01-12T09:00:00Z","industry":null,"account_type":"Prospect","rating":null,"annual_revenue":null,"description":null}');
INSERT INTO "snapshot" VALUES('account','4150868000002000010','4150868000000100004','4150868000002000010',NULL,'granite works',NULL,NULL,'2026-03-24 07:30:00.000000','{"id":"4150868000002000010","name":"Granite Works","owner_id":"4150868000000100004","created_at":"2026-01-12T09:00:00Z","modified_at":"2026-01-12T09:00:00Z","industry":null,"account_type":"Prospect","rating":null,"annual_revenue":null,"description":null}');
INSERT INTO "snapshot" VALUES('account','4150868000002000011','4150868000000100005','4150868000002000011',NULL,'harbour glass',NULL,NULL,'2026-03-24 07:30:00.000000','{"id":"4150868000002000011","name":"Harbour Glass","owner_id":"4150868000000100005","created_at":"2026-01-12T09:00:00Z","modified_at":"2026-01-12T09:00:00Z","industry":null,"account_type":"Prospect","rating":null,"annual_revenue":null,"description":null}');
INSERT INTO "snapshot" VALUES('deal','4150868000003000001','4150868000000100003','4150868000002000003','4150868000003000001',NULL,'Qualification','2026-03-23 09:00:00.000000','2026-03-24 07:30:00.000000','{"id":"4150868000003000001","name":"Cold chain","owner_id":"4150868000000100003","account_id":"4150868000002000003","created_at":"2026-03-16T09:00:00Z","modified_at":"2026-03-23T09:00:00Z","stage":"Qualification","amount":8000.0,"closing_date":"2026-06-30","next_step":"Agree the terms","contact_id":null}');
INSERT INTO "snapshot" VALUES('deal','4150868000003000002','4150868000000100003','4150868000002000004','4150868000003000002',NULL,'Closed Won','2026-03-23 09:00:00.000000','2026-03-24 07:30:00.000000','{"id":"4150868000003000002","name":"Ward beds","owner_id":"4150868000000100003","account_id":"4150868000002000004","created_at":"2026-03-16T09:00:00Z","modified_at":"2026-03-23T09:00:00Z","stage":"Closed Won","amount":9000.0,"closing_date":"2026-05-29","next_step":"Agree the terms","contact_id":null}');
INSERT INTO "snapshot" VALUES('contact','4150868000004000001','4150868000000100003','4150868000002000001',NULL,NULL,NULL,NULL,'2026-03-24 07:30:00.000000','{"id":"4150868000004000001","name":"Sam Okafor","owner_id":"4150868000000100003","account_id":"4150868000002000001","created_at":"2026-01-12T09:00:00Z","modified_at":"2026-01-12T09:00:00Z","title":"COO","buying_role":null}');
INSERT INTO "snapshot" VALUES('activity','4150868000005000090','4150868000000100003','4150868000002000005',NULL,NULL,NULL,NULL,'2026-03-24 07:30:00.000000','{"id":"4150868000005000090","type":"task","subject":"Send the offer","owner_id":"4150868000000100003","account_id":"4150868000002000005","created_at":"2026-03-16T09:00:00Z","modified_at":"2026-03-16T09:00:00Z","at":"2026-03-17T00:00:00Z","done":false,"done_at":null,"deal_id":null,"contact_id":null,"priority":null}');
INSERT INTO "snapshot" VALUES('activity','4150868000005000002','4150868000000100003','4150868000002000002',NULL,NULL,NULL,NULL,'2026-03-24 07:30:00.000000','{"id":"4150868000005000002","type":"call","subject":"Check-in","owner_id":"4150868000000100003","account_id":"4150868000002000002","created_at":"2026-03-16T09:00:00Z","modified_at":"2026-03-16T09:00:00Z","at":"2026-03-16T09:00:00Z","done":true,"done_at":"2026-03-16T09:00:00Z","deal_id":null,"contact_id":null,"priority":null}');
INSERT INTO "snapshot" VALUES('activity','4150868000005000003','4150868000000100003','4150868000002000003',NULL,NULL,NULL,NULL,'2026-03-24 07:30:00.000000','{"id":"4150868000005000003","type":"call","subject":"Check-in","owner_id":"4150868000000100003","account_id":"4150868000002000003","created_at":"2026-03-16T09:00:00Z","modified_at":"2026-03-16T09:00:00Z","at":"2026-03-16T09:00:00Z","done":true,"done_at":"2026-03-16T09:00:00Z","deal_id":null,"contact_id":null,"priority":null}');
INSERT INTO "snapshot" VALUES('activity','4150868000005000004','4150868000000100003','4150868000002000004',NULL,NULL,NULL,NULL,'2026-03-24 07:30:00.000000','{"id":"4150868000005000004","type":"call","subject":"Check-in","owner_id":"4150868000000100003","account_id":"4150868000002000004","created_at":"2026-03-16T09:00:00Z","modified_at":"2026-03-16T09:00:00Z","at":"2026-03-16T09:00:00Z","done":true,"done_at":"2026-03-16T09:00:00Z","deal_id":null,"contact_id":null,"priority":null}');
INSERT INTO "snapshot" VALUES('activity','4150868000005000005','4150868000000100003','4150868000002000005',NULL,NULL,NULL,NULL,'2026-03-24 07:30:00.000000','{"id":"4150868000005000005","type":"call","subject":"Check-in","owner_id":"4150868000000100003","account_id":"4150868000002000005","created_at":"2026-03-16T09:00:00Z","modified_at":"2026-03-16T09:00:00Z","at":"2026-03-16T09:00:00Z","done":true,"done_at":"2026-03-16T09:00:00Z","deal_id":null,"contact_id":null,"priority":null}');
INSERT INTO "snapshot" VALUES('activity','4150868000005000006','4150868000000100003','4150868000002000006',NULL,NULL,NULL,NULL,'2026-03-24 07:30:00.000000','{"id":"4150868000005000006","type":"call","subject":"Check-in","owner_id":"4150868000000100003","account_id":"4150868000002000006","created_at":"2026-03-16T09:00:00Z","modified_at":"2026-03-16T09:00:00Z","at":"2026-03-16T09:00:00Z","done":true,"done_at":"2026-03-16T09:00:00Z","deal_id":null,"contact_id":null,"priority":null}');
INSERT INTO "snapshot" VALUES('activity','4150868000005000007','4150868000000100003','4150868000002000007',NULL,NULL,NULL,NULL,'2026-03-24 07:30:00.000000','{"id":"4150868000005000007","type":"call","subject":"Check-in","owner_id":"4150868000000100003","account_id":"4150868000002000007","created_at":"2026-03-16T09:00:00Z","modified_at":"2026-03-16T09:00:00Z","at":"2026-03-16T09:00:00Z","done":true,"done_at":"2026-03-16T09:00:00Z","deal_id":null,"contact_id":null,"priority":null}');
CREATE TABLE sync_run (
	id VARCHAR NOT NULL, 
	started_at DATETIME NOT NULL, 
	finished_at DATETIME, 
	counts TEXT, 
	error TEXT, 
	CONSTRAINT pk_sync_run PRIMARY KEY (id)
);
INSERT INTO "sync_run" VALUES('41a2421211914893a5b8cabe711e5768','2026-03-24 07:30:00.000000','2026-03-24 07:30:00.000000','{"accounts": 9, "deals": 2, "contacts": 1, "tasks": 1, "meetings": 0, "calls": 6, "notes": 0, "changes": 0}',NULL);
CREATE TABLE tool_call (
	number INTEGER NOT NULL, 
	id VARCHAR NOT NULL, 
	call_id VARCHAR NOT NULL, 
	trace VARCHAR NOT NULL, 
	owner_id VARCHAR NOT NULL, 
	account_id VARCHAR NOT NULL, 
	agent VARCHAR NOT NULL, 
	tool VARCHAR NOT NULL, 
	inputs VARCHAR NOT NULL, 
	is_error BOOLEAN NOT NULL, 
	characters INTEGER NOT NULL, 
	milliseconds INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_tool_call PRIMARY KEY (number), 
	CONSTRAINT uq_tool_call_id UNIQUE (id)
);
CREATE TABLE watermark (
	stream VARCHAR NOT NULL, 
	at DATETIME, 
	began DATETIME, 
	"after" TEXT, 
	CONSTRAINT pk_watermark_stream PRIMARY KEY (stream)
);
INSERT INTO "watermark" VALUES('accounts','2026-03-24 07:25:00.000000',NULL,NULL);
INSERT INTO "watermark" VALUES('deals','2026-03-24 07:25:00.000000',NULL,NULL);
INSERT INTO "watermark" VALUES('contacts','2026-03-24 07:25:00.000000',NULL,NULL);
INSERT INTO "watermark" VALUES('tasks','2026-03-24 07:25:00.000000',NULL,NULL);
INSERT INTO "watermark" VALUES('meetings','2026-03-24 07:25:00.000000',NULL,NULL);
INSERT INTO "watermark" VALUES('calls','2026-03-24 07:25:00.000000',NULL,NULL);
INSERT INTO "watermark" VALUES('notes','2026-03-24 07:25:00.000000',NULL,NULL);
CREATE INDEX ix_person_email_key ON person (email_key);
CREATE INDEX ix_person_manager_id ON person (manager_id);
CREATE INDEX ix_snapshot_kind_account_id ON snapshot (kind, account_id);
CREATE INDEX ix_snapshot_kind_deal_id ON snapshot (kind, deal_id);
CREATE INDEX ix_snapshot_kind_name_key ON snapshot (kind, name_key);
CREATE INDEX ix_snapshot_kind_owner_id ON snapshot (kind, owner_id);
CREATE INDEX ix_change_account_id_at ON change (account_id, at);
CREATE INDEX ix_change_record_kind_record_id ON change (record_kind, record_id);
CREATE INDEX ix_sync_run_started_at ON sync_run (started_at);
CREATE INDEX ix_proposal_brief_id ON proposal (brief_id);
CREATE INDEX ix_proposal_key ON proposal ("key");
CREATE INDEX ix_proposal_lineage ON proposal (lineage);
CREATE INDEX ix_proposal_owner_id_account_id ON proposal (owner_id, account_id);
CREATE INDEX ix_proposal_state_expires_at ON proposal (state, expires_at);
CREATE UNIQUE INDEX one_version_in_force ON proposal (lineage) WHERE state <> 'superseded';
CREATE INDEX ix_message_brief_id ON message (brief_id);
CREATE INDEX ix_message_channel_ts ON message (channel, ts);
CREATE INDEX ix_message_state ON message (state);
CREATE INDEX ix_inbox_at ON inbox (at);
CREATE INDEX ix_audit_subject ON audit (subject);
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'The audit trail is append-only.'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'The audit trail is append-only.'); END;
CREATE TRIGGER audit_no_insert BEFORE INSERT ON audit WHEN EXISTS (SELECT 1 FROM audit WHERE seq >= NEW.seq) BEGIN SELECT RAISE(ABORT, 'The audit trail is append-only.'); END;
CREATE INDEX ix_proposal_undoes ON proposal (undoes);
CREATE INDEX not_shown ON proposal (id) WHERE NOT shown;
CREATE INDEX under_way ON message (sending_at) WHERE sending_at IS NOT NULL;
CREATE INDEX ix_inbox_done_at ON inbox (done_at);
CREATE INDEX ix_absence_ends ON absence (ends);
CREATE INDEX ix_absence_delegate_id ON absence (delegate_id);
CREATE INDEX ix_crm_call_key ON crm_call ("key");
CREATE INDEX ix_memory_passage_account_id_at ON memory_passage (account_id, at);
CREATE INDEX ix_memory_passage_record_id ON memory_passage (record_id);
CREATE INDEX ix_memory_passage_deal_id ON memory_passage (deal_id);
CREATE INDEX ix_memory_passage_contact_id ON memory_passage (contact_id);
CREATE INDEX ix_memory_forgotten_account_id ON memory_forgotten (account_id);
CREATE INDEX ix_outcome_account_id_measured_at ON outcome (account_id, measured_at);
CREATE INDEX open_outcome ON outcome (until) WHERE verdict IS NULL;
CREATE TRIGGER memory_text_insert AFTER INSERT ON memory_passage WHEN NOT NEW.gone BEGIN
        INSERT INTO memory_text(rowid, account_id, title, text) VALUES (NEW.number, NEW.account_id, NEW.title, NEW.text); END;
CREATE TRIGGER memory_text_delete AFTER DELETE ON memory_passage WHEN NOT OLD.gone BEGIN
        INSERT INTO memory_text(memory_text, rowid, account_id, title, text)
        VALUES ('delete', OLD.number, OLD.account_id, OLD.title, OLD.text); END;
CREATE TRIGGER memory_text_leave AFTER UPDATE ON memory_passage WHEN NOT OLD.gone BEGIN
        INSERT INTO memory_text(memory_text, rowid, account_id, title, text)
        VALUES ('delete', OLD.number, OLD.account_id, OLD.title, OLD.text);
        INSERT INTO memory_text(rowid, account_id, title, text)
        SELECT NEW.number, NEW.account_id, NEW.title, NEW.text WHERE NOT NEW.gone; END;
CREATE TRIGGER memory_text_return AFTER UPDATE ON memory_passage WHEN OLD.gone AND NOT NEW.gone BEGIN
        INSERT INTO memory_text(rowid, account_id, title, text) VALUES (NEW.number, NEW.account_id, NEW.title, NEW.text); END;
CREATE TRIGGER memory_due_record AFTER INSERT ON snapshot WHEN NEW.kind IN ('activity', 'note') BEGIN
        INSERT INTO memory_due(kind, record_id) VALUES (NEW.kind, NEW.id); END;
CREATE TRIGGER memory_due_moved AFTER UPDATE ON snapshot WHEN NEW.kind IN ('activity', 'note') BEGIN
        INSERT INTO memory_due(kind, record_id) VALUES (NEW.kind, NEW.id); END;
CREATE TRIGGER memory_due_gone AFTER DELETE ON snapshot WHEN OLD.kind IN ('account', 'activity', 'note') BEGIN
        INSERT INTO memory_due(kind, record_id) VALUES (OLD.kind, OLD.id); END;
CREATE TRIGGER memory_due_deal AFTER INSERT ON snapshot WHEN NEW.kind = 'deal' BEGIN
        INSERT INTO memory_due(kind, record_id) SELECT kind, id FROM snapshot WHERE kind IN ('activity', 'note') AND deal_id = NEW.id; END;
CREATE TRIGGER memory_due_deal_moved AFTER UPDATE OF account_id ON snapshot
        WHEN NEW.kind = 'deal' AND OLD.account_id IS NOT NEW.account_id BEGIN
        INSERT INTO memory_due(kind, record_id) SELECT kind, id FROM snapshot WHERE kind IN ('activity', 'note') AND deal_id = NEW.id; END;
CREATE TRIGGER memory_due_account AFTER INSERT ON snapshot WHEN NEW.kind = 'account' BEGIN
        INSERT INTO memory_due(kind, record_id) SELECT kind, id FROM snapshot WHERE kind IN ('activity', 'note') AND account_id = NEW.id; END;
CREATE TRIGGER memory_due_change AFTER INSERT ON "change" WHEN NEW.record_kind IN ('account', 'deal', 'contact') BEGIN
        INSERT INTO memory_due(kind, record_id) VALUES ('change', NEW.id); END;
CREATE TRIGGER memory_due_proposal AFTER INSERT ON proposal BEGIN
        INSERT INTO memory_due(kind, record_id) VALUES ('proposal', NEW.id); END;
CREATE TRIGGER memory_due_decided AFTER UPDATE OF state ON proposal WHEN OLD.state <> NEW.state BEGIN
        INSERT INTO memory_due(kind, record_id) VALUES ('proposal', NEW.id); END;
CREATE TRIGGER memory_due_outcome AFTER UPDATE OF verdict ON outcome WHEN OLD.verdict IS NOT NEW.verdict BEGIN
        INSERT INTO memory_due(kind, record_id) VALUES ('outcome', NEW.proposal_id); END;
CREATE INDEX ix_model_call_account_id_at ON model_call (account_id, at);
CREATE INDEX ix_model_call_trace ON model_call (trace);
CREATE INDEX ix_model_call_at ON model_call (at);
CREATE INDEX ix_model_call_batch ON model_call (batch);
CREATE INDEX ix_tool_call_trace ON tool_call (trace);
CREATE INDEX ix_tool_call_account_id ON tool_call (account_id);
CREATE INDEX ix_tool_call_at ON tool_call (at);
CREATE INDEX ix_model_answer_question ON model_answer (question);
CREATE INDEX ix_model_answer_account_id ON model_answer (account_id);
CREATE INDEX ix_model_answer_at ON model_answer (at);
PRAGMA writable_schema=OFF;
COMMIT;
